/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The event loop. Owns the session's state; one thread, no locks. Signal handlers only write the
 * signal's number into a pipe.
 *
 * Order at the end: the machine flushes its streams before it sends EXIT or CRASH, so their bytes
 * are in our sockets. The message stays in the control buffer until the streams are empty on this
 * side as well.
 */
#include "session.h"

#include "control.h"
#include "crash.h"
#include "host.h"
#include "image.h"
#include "machine.h"
#include "options.h"
#include "pump.h"
#include "report.h"
#include "tail.h"
#include "trace.h"
#include "tty.h"
#include "virtiofs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    STREAM_STDIN,
    STREAM_STDOUT,
    STREAM_STDERR,
    STREAM_LOG,
    STREAM_BACK, /* the program's output to its descriptor 0 */
    NR_STREAMS,
};

static const int stream_ports[NR_STREAMS] = {
    HERMIT_PORT_STDIN, HERMIT_PORT_STDOUT, HERMIT_PORT_STDERR, HERMIT_PORT_LOG, HERMIT_PORT_STDIN};

/* The program's own output: a loss is an error of its next write. */
static const int outputs[] = {STREAM_STDOUT, STREAM_STDERR, STREAM_BACK};
#define NR_OUTPUTS ((int)(sizeof(outputs) / sizeof(outputs[0])))

struct session {
    const struct options *options;
    const struct image *image;
    struct machine_process machine;
    struct control control;
    struct trace *trace; /* NULL: none */
    struct crash crash;  /* what has arrived of a report */
    struct pump streams[NR_STREAMS];
    struct tail serial;   /* output of the 16550 */
    struct tail messages; /* QEMU's stderr */
    uint64_t deadline_ms; /* 0: none */
    int lost[NR_STREAMS]; /* errno sent to the machine, not yet reported to the program */
    bool reached_main;
    uint8_t servers_gone;                     /* bits of the shares whose servers have ended … */
    uint8_t servers_told;                     /* … and of which the machine has been told */
    bool continued;                           /* SIGCONT is still to be sent */
    bool image_wanted;                        /* `image_part` is still to be sent */
    struct hermit_image_request image_part;   /* the machine's last request */
    struct hermit_lost_files lost_files;      /* what the machine has told of them, at its end … */
    char lost_path[HERMIT_LOST_PATH_MAX + 1]; /* … and the first one */
    unsigned received[NSIG];                  /* count of each signal */
    int status;                               /* −1: still running */
    int exit_code, exit_signal;               /* the program's end; −1 and 0: not known */
};

static int signal_pipe[2] = {-1, -1};

static void on_signal(int number)
{
    int saved = errno;
    uint8_t byte = (uint8_t)number;
    ssize_t n = write(signal_pipe[1], &byte, 1);
    (void)n; /* a full pipe wakes the loop anyway */
    errno = saved;
}

static int catch_signals(void)
{
    static const int caught[] = {SIGINT,  SIGTERM,  SIGHUP,  SIGQUIT, SIGUSR1,
                                 SIGUSR2, SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return fail("pipe: %s", strerror(errno));
    }
    for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
        struct sigaction action = {.sa_handler = on_signal};
        struct sigaction before;
        sigaction(caught[i], NULL, &before);
        /* Signals that the parent ignores (nohup, background jobs) stay ignored. */
        if (before.sa_handler != SIG_IGN) {
            sigaction(caught[i], &action, NULL);
        }
    }
    return 0;
}

static bool send_signal(struct session *session, int number)
{
    uint32_t value = (uint32_t)number;
    return control_send(&session->control, HERMIT_MSG_SIGNAL, &value, sizeof(value));
}

static void send_window_size(struct session *session)
{
    uint16_t size[2];
    tty_size(&size[0], &size[1]);
    control_send(&session->control, HERMIT_MSG_WINSIZE, size, sizeof(size));
}

/* Takes a stop signal's default action. Returns after SIGCONT, or at once if it does not stop. */
static void stop_by(int number)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};
    struct sigaction own;
    sigaction(number, NULL, &own);
    if (number != SIGSTOP && own.sa_handler == SIG_IGN) {
        return;
    }
    sigaction(number, &standard, NULL);
    raise(number);
    sigaction(number, &own, NULL);
}

/*
 * Stops the machine and the launcher, visibly to the shell, until SIGCONT. --timeout does not count
 * the time stopped.
 */
static void stop(struct session *session, int number)
{
    uint64_t begin = monotonic_ms();
    for (int i = STREAM_STDOUT; i < NR_STREAMS; i++) {
        pump_flush(&session->streams[i]);
    }
    tty_suspend();
    machine_pause(&session->machine, true);
    stop_by(number);
    machine_pause(&session->machine, false);
    tty_resume();
    if (session->deadline_ms != 0) {
        session->deadline_ms += monotonic_ms() - begin;
    }
    session->continued = true;
    send_window_size(session);
}

/* The program waits for SIGCONT after a stop, so it is sent again if the queue had no room. */
static void check_continued(struct session *session)
{
    session->continued = session->continued && !send_signal(session, SIGCONT);
}

static void forward_signal(struct session *session, int number)
{
    bool ends = number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT;
    session->received[number]++;
    if (number == SIGWINCH) {
        send_window_size(session);
        return;
    }
    /* SIGTTIN and SIGTTOU are caused by the launcher's own use of the terminal. */
    if (number == SIGTTIN || number == SIGTTOU || (number == SIGTSTP && !session->reached_main)) {
        stop(session, number);
        return;
    }
    if (!session->reached_main || (ends && session->received[number] > 1)) {
        session->status = 128 + number;
        return;
    }
    send_signal(session, number);
}

static void handle_signals(struct session *session)
{
    uint8_t numbers[64];
    ssize_t n = read(signal_pipe[0], numbers, sizeof(numbers));
    for (ssize_t i = 0; i < n; i++) {
        forward_signal(session, numbers[i]);
    }
}

/* Closes the port of an output stream whose sink has lost its reader. */
static void check_sink(struct session *session, int stream)
{
    struct pump *pump = &session->streams[stream];
    int *port = &session->machine.ports[stream_ports[stream]];
    if (pump->sink >= 0 || *port < 0) {
        return;
    }
    close(*port);
    *port = -1;
    pump->source = -1;
}

static bool send_error(struct session *session, int stream, int error)
{
    struct hermit_error message = {(uint32_t)stream_ports[stream], error};
    return control_send(&session->control, HERMIT_MSG_ERROR, &message, sizeof(message));
}

/* Bytes that the program has already written are lost: its next write gets the error. */
static void check_loss(struct session *session, int stream)
{
    struct pump *pump = &session->streams[stream];
    if (pump->error == 0) {
        return;
    }
    /* Further errors are dropped until the program has been told of the first. */
    if (session->lost[stream] == 0) {
        if (!send_error(session, stream, pump->error)) {
            return;
        }
        session->lost[stream] = pump->error;
    }
    pump->error = 0;
}

/* Tells the machine that stdin has ended. Uses shutdown(): closing the socket could lose data. */
static void check_stdin(struct session *session)
{
    struct pump *pump = &session->streams[STREAM_STDIN];
    if (pump->sink < 0) {
        pump->paused = true;
    } else if (pump->source < 0 && pump_empty(pump)) {
        if (pump->error == 0) {
            shutdown(pump->sink, SHUT_WR);
        } else if (!send_error(session, STREAM_STDIN, -pump->error)) {
            return;
        }
        pump->sink = -1;
    }
}

/* True if all of the machine's output to one stream so far has been forwarded. */
static bool stream_quiet(struct session *session, int stream)
{
    struct pump *pump = &session->streams[stream];
    if (pump_empty(pump)) {
        pump_fill(pump);
    }
    return pump_empty(pump);
}

static bool streams_quiet(struct session *session)
{
    bool quiet = true;
    for (int i = STREAM_STDOUT; i < NR_STREAMS; i++) {
        quiet = stream_quiet(session, i) && quiet;
    }
    return quiet;
}

/* Reports output lost at the end, when no later write of the program could report the error. */
static int status_with_losses(struct session *session, int status)
{
    static const char *const names[NR_STREAMS] = {
        [STREAM_STDOUT] = "stdout", [STREAM_STDERR] = "stderr", [STREAM_BACK] = "descriptor 0"};
    for (int i = 0; i < NR_OUTPUTS; i++) {
        int stream = outputs[i];
        check_loss(session, stream);
        if (session->lost[stream] != 0) {
            status = HERMIT_STATUS_FAILED;
            fail("%s: %s; what the program wrote last is lost", names[stream],
                 strerror(session->lost[stream]));
        }
    }
    return status;
}

static void handle_lost_files(struct session *session, const uint8_t *payload, uint32_t length)
{
    size_t head = sizeof(session->lost_files);
    if (length < head || length - head > HERMIT_LOST_PATH_MAX) {
        warn("the machine sent a damaged message about lost files");
        return;
    }
    memcpy(&session->lost_files, payload, head);
    memcpy(session->lost_path, payload + head, length - head);
    session->lost_path[length - head] = '\0';
}

static void report_withheld_folder(const struct session *session)
{
    char *here = realpath(".", NULL);
    warn(
        "%s is not shared (%s), the program's folder is empty: start it in a folder of its own, or "
        "name what it may see: --share DIR (--isolated: nothing)",
        here != NULL ? here : "the current folder", session->options->withheld);
    free(here);
}

/* One line for all files that end with the machine. */
static void report_lost_files(const struct session *session)
{
    uint64_t more = session->lost_files.count - 1;
    char others[64] = ", which the program wrote, is";
    if (session->lost_files.count == 0) {
        return;
    }
    if (more > 0) {
        snprintf(others, sizeof(others), " and %" PRIu64 " more that the program wrote are", more);
    }
    warn("%s%s lost: it was in memory; files in a shared folder stay (--quiet hides this line)",
         session->lost_path, others);
}

static void handle_exit(struct session *session, const uint8_t *payload, uint32_t length)
{
    struct hermit_exit end;
    if (length != sizeof(end)) {
        fail("the machine sent a damaged exit message");
        session->status = HERMIT_STATUS_FAILED;
        return;
    }
    memcpy(&end, payload, sizeof(end));
    session->exit_signal = end.signal & 127;
    session->exit_code = end.signal == 0 ? end.code & 255 : -1;
    session->status =
        end.signal != 0 ? 128 + (end.signal & 127) : status_with_losses(session, end.code & 255);
    report_lost_files(session);
}

/* The output stream of a port that a TOLD message names; −1: the message is damaged. */
static int stream_told(const uint8_t *payload, uint32_t length)
{
    struct hermit_error told;
    if (length != sizeof(told)) {
        return -1;
    }
    memcpy(&told, payload, sizeof(told));
    for (int i = 0; i < NR_OUTPUTS; i++) {
        if (stream_ports[outputs[i]] == (int)told.port) {
            return outputs[i];
        }
    }
    return -1;
}

/*
 * The program gets the error of a loss. Answers once all output before that is written, or lost and
 * so told as well; until then the program writes nothing to this stream. False: not yet.
 */
static bool answer_told(struct session *session, int stream)
{
    if (stream < 0) {
        warn("the machine sent a damaged message about lost output");
        return true;
    }
    if (!stream_quiet(session, stream)) {
        return false;
    }
    check_loss(session, stream);
    if (!send_error(session, stream, 0)) {
        return false;
    }
    session->lost[stream] = 0;
    return true;
}

/* Sends the requested part of the image; tried again later if the queue has no room. */
static void send_image_part(struct session *session)
{
    static uint8_t answer[sizeof(struct hermit_image_part) + HERMIT_IMAGE_PART_MAX];
    const struct image *image = session->image;
    const struct hermit_image_request *request = &session->image_part;
    struct hermit_image_part part = {image->size, request->offset};
    size_t length = 0;
    if (request->offset < image->size) {
        length = image->size - request->offset;
        length = length < request->length ? length : request->length;
    }
    memcpy(answer, &part, sizeof(part));
    memcpy(answer + sizeof(part), image->data + (length != 0 ? request->offset : 0), length);
    session->image_wanted = !control_send(&session->control, HERMIT_MSG_IMAGE_PART, answer,
                                          (uint32_t)(sizeof(part) + length));
}

static void handle_image_request(struct session *session, const uint8_t *payload, uint32_t length)
{
    if (length != sizeof(session->image_part)) {
        warn("the machine sent a damaged request for its image");
        return;
    }
    memcpy(&session->image_part, payload, length);
    if (session->image_part.length > HERMIT_IMAGE_PART_MAX) {
        session->image_part.length = HERMIT_IMAGE_PART_MAX;
    }
    send_image_part(session);
}

static void handle_stop(struct session *session, const uint8_t *payload, uint32_t length)
{
    uint32_t number = 0;
    if (length == sizeof(number)) {
        memcpy(&number, payload, sizeof(number));
    }
    bool stops = number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
    if (!stops) {
        warn("the machine sent a damaged stop message");
        return;
    }
    streams_quiet(session); /* reads the program's output up to here */
    stop(session, (int)number);
}

static void handle_crash(struct session *session, const struct hermit_msg *message,
                         const uint8_t *payload)
{
    struct crash *crash = &session->crash;
    bool good;
    if (message->type == HERMIT_MSG_REGISTERS) {
        good = crash_take_registers(crash, payload, message->length);
    } else if (message->type == HERMIT_MSG_STACK) {
        good = crash_take_stack(crash, payload, message->length);
    } else {
        good = crash_print(stderr, crash, session->image, payload, message->length);
    }
    if (!good) {
        warn("the machine sent a damaged crash report");
    }
}

static void handle_message(struct session *session, const struct hermit_msg *message,
                           const uint8_t *payload)
{
    switch (message->type) {
    case HERMIT_MSG_EXIT:
        handle_exit(session, payload, message->length);
        break;
    case HERMIT_MSG_FOLDER_USED:
        if (session->options->withheld != NULL) {
            report_withheld_folder(session);
        }
        break;
    case HERMIT_MSG_LOST_FILES:
        handle_lost_files(session, payload, message->length);
        break;
    case HERMIT_MSG_REGISTERS:
    case HERMIT_MSG_STACK:
    case HERMIT_MSG_CRASH:
        handle_crash(session, message, payload);
        break;
    case HERMIT_MSG_TERMIOS:
        if (message->length == TTY_TERMIOS_SIZE) {
            tty_set(payload);
        }
        break;
    case HERMIT_MSG_MAIN:
        session->reached_main = true;
        break;
    case HERMIT_MSG_STDIN:
        session->streams[STREAM_STDIN].paused = false;
        break;
    case HERMIT_MSG_STOP:
        handle_stop(session, payload, message->length);
        break;
    case HERMIT_MSG_TOLD:
        break; /* answered by may_handle() */
    case HERMIT_MSG_IMAGE:
        handle_image_request(session, payload, message->length);
        break;
    default:
        warn("the machine sent a message of unknown type %u", message->type);
        break;
    }
}

/* Some messages must wait for all stream output that the machine wrote before them. */
static bool may_handle(struct session *session, const struct hermit_msg *message,
                       const uint8_t *payload)
{
    switch (message->type) {
    case HERMIT_MSG_EXIT:
    case HERMIT_MSG_CRASH:
        return streams_quiet(session);
    case HERMIT_MSG_TOLD:
        return answer_told(session, stream_told(payload, message->length));
    default:
        return true;
    }
}

static void handle_control(struct session *session)
{
    struct hermit_msg message;
    const uint8_t *payload;
    while (session->status < 0 && control_peek(&session->control, &message, &payload)) {
        if (!may_handle(session, &message, payload)) {
            return;
        }
        handle_message(session, &message, payload);
        control_pop(&session->control);
    }
}

/* Ended by the out-of-memory killer, `kill`, or a QEMU bug. */
static void report_ended_by(const struct session *session)
{
    int number = session->machine.ended_by;
    const char *name = sigabbrev_np(number);
    char line[512];
    bool words = tail_last_line(&session->messages, line, sizeof(line));
    if (name != NULL) {
        fail("QEMU was ended by SIG%s%s%s", name, words ? "; its last words: " : "", line);
    } else {
        fail("QEMU was ended by signal %d", number);
    }
}

/* The machine ended without a status: prints its last messages instead. */
static void report_death(struct session *session)
{
    static const char prefix[] = "hermit: "; /* the kernel refused to run */
    char line[512];
    if (session->control.damaged) {
        fail("the machine sent a damaged control message");
    } else if (session->machine.ended_by != 0) {
        report_ended_by(session);
    } else if (tail_last_line(&session->messages, line, sizeof(line))) {
        const char *own_name = strstr(line, ": ");
        bool named = strncmp(line, "qemu", 4) == 0 && own_name != NULL;
        fail("QEMU: %s", named ? own_name + 2 : line);
    } else if (tail_last_line(&session->serial, line, sizeof(line)) &&
               strncmp(line, prefix, sizeof(prefix) - 1) == 0) {
        if (!session->serial.forward) {
            fail("%s", line + sizeof(prefix) - 1);
        }
    } else if (line[0] != '\0') {
        if (!session->options->verbose && tail_lines(&session->serial) > 1) {
            tail_print(&session->serial, stderr);
        }
        fail("the machine ended without an exit status; its last words: %s", line);
    } else {
        fail("the machine ended without an exit status");
    }
    session->status = HERMIT_STATUS_FAILED;
}

static void check_death(struct session *session)
{
    struct hermit_msg message;
    const uint8_t *payload;
    if (session->status >= 0 || !session->control.ended ||
        (control_peek(&session->control, &message, &payload) && !session->control.damaged)) {
        return;
    }
    machine_died(&session->machine);
    if (streams_quiet(session)) {
        tail_read(&session->serial);
        tail_read(&session->messages);
        report_death(session);
    }
}

static int wait_time(struct session *session)
{
    if (session->deadline_ms == 0) {
        return -1;
    }
    uint64_t now = monotonic_ms();
    uint64_t left = session->deadline_ms > now ? session->deadline_ms - now : 0;
    return left < 1000000 ? (int)left : 1000000;
}

static void check_deadline(struct session *session)
{
    if (session->status < 0 && session->deadline_ms != 0 &&
        monotonic_ms() >= session->deadline_ms) {
        fail("timed out after %g s", (double)session->options->timeout_ms / 1000);
        session->status = HERMIT_STATUS_TIMEOUT;
    }
}

enum {
    POLL_SIGNALS,
    POLL_CONTROL,
    POLL_SERIAL,
    POLL_MESSAGES,
    POLL_TRACE,
    POLL_STREAMS,
    POLL_SERVERS = POLL_STREAMS + 2 * NR_STREAMS,
    NR_POLLS = POLL_SERVERS + HERMIT_SHARES_MAX,
};

static void prepare_polls(struct session *session, struct pollfd polls[NR_POLLS])
{
    const struct control *control = &session->control;
    short control_events = (short)(POLLIN | (control->out_used != 0 ? POLLOUT : 0));
    polls[POLL_SIGNALS] = (struct pollfd){signal_pipe[0], POLLIN, 0};
    polls[POLL_CONTROL] = (struct pollfd){control->ended ? -1 : control->fd, control_events, 0};
    polls[POLL_SERIAL] = (struct pollfd){session->serial.fd, POLLIN, 0};
    polls[POLL_MESSAGES] = (struct pollfd){session->messages.fd, POLLIN, 0};
    polls[POLL_TRACE] =
        (struct pollfd){session->trace != NULL ? trace_fd(session->trace) : -1, POLLIN, 0};
    for (int i = 0; i < NR_STREAMS; i++) {
        pump_prepare(&session->streams[i], &polls[POLL_STREAMS + 2 * i],
                     &polls[POLL_STREAMS + 2 * i + 1]);
    }
    for (size_t i = 0; i < HERMIT_SHARES_MAX; i++) {
        bool runs = i < session->options->nr_shares && !(session->servers_gone & 1 << i);
        polls[POLL_SERVERS + i] =
            (struct pollfd){runs ? session->options->shares[i].server_messages : -1, POLLIN, 0};
    }
}

static void handle_polls(struct session *session, const struct pollfd polls[NR_POLLS])
{
    if (polls[POLL_SIGNALS].revents != 0) {
        handle_signals(session);
    }
    if (polls[POLL_SERIAL].revents != 0) {
        tail_read(&session->serial);
    }
    if (polls[POLL_MESSAGES].revents != 0) {
        tail_read(&session->messages);
    }
    if (polls[POLL_TRACE].revents != 0) {
        session->status = trace_run(session->trace) == 0 ? session->status : HERMIT_STATUS_FAILED;
    }
    /* Always before the streams: a reader of the program's output may rely on terminal modes that
     * the program set before it. */
    control_flush(&session->control);
    if (session->image_wanted) {
        send_image_part(session);
    }
    control_read(&session->control);
    handle_control(session);
    for (size_t i = 0; i < HERMIT_SHARES_MAX; i++) {
        if (polls[POLL_SERVERS + i].revents != 0 &&
            !virtiofs_read(&session->options->shares[i], session->options->verbose)) {
            session->servers_gone |= (uint8_t)(1 << i);
        }
    }
    for (int i = 0; i < NR_STREAMS; i++) {
        pump_run(&session->streams[i], &polls[POLL_STREAMS + 2 * i],
                 &polls[POLL_STREAMS + 2 * i + 1]);
    }
}

/* The machine does not see by itself that a file server has ended. */
static void check_servers(struct session *session)
{
    uint8_t gone = session->servers_gone;
    if (gone != session->servers_told &&
        control_send(&session->control, HERMIT_MSG_SHARE_GONE, &gone, sizeof(gone))) {
        session->servers_told = gone;
    }
}

static void loop(struct session *session)
{
    struct pollfd polls[NR_POLLS];
    while (session->status < 0) {
        prepare_polls(session, polls);
        int n = poll(polls, NR_POLLS, wait_time(session));
        if (n < 0 && errno != EINTR) {
            fail("poll: %s", strerror(errno));
            session->status = HERMIT_STATUS_FAILED;
            return;
        }
        if (n > 0) {
            handle_polls(session, polls);
        }
        handle_control(session);
        tty_resume();
        check_stdin(session);
        for (int i = STREAM_STDOUT; i <= STREAM_LOG; i++) {
            check_sink(session, i);
        }
        for (int i = 0; i < NR_OUTPUTS; i++) {
            check_loss(session, outputs[i]);
        }
        check_continued(session);
        check_servers(session);
        check_death(session);
        check_deadline(session);
    }
}

static void connect_output(struct session *session, int stream, int fd)
{
    struct pump *pump = &session->streams[stream];
    size_t limit;
    int sink = pump_open_sink(fd, &limit);
    pump_init(pump, session->machine.ports[stream_ports[stream]], sink);
    pump->limit = limit;
    pump->tty = isatty(fd) != 0;
}

static void connect_streams(struct session *session, const uint8_t streams[3])
{
    const int *ports = session->machine.ports;
    struct pump *input = &session->streams[STREAM_STDIN];
    bool reads = (streams[0] & HERMIT_STREAM_READ) != 0;
    bool back = (streams[0] & HERMIT_STREAM_PORT) == HERMIT_PORT_STDIN;
    /* No sink if descriptor 0 is written only: ending stdin would end that output, too. */
    pump_init(input, reads ? STDIN_FILENO : -1, reads || !back ? ports[HERMIT_PORT_STDIN] : -1);
    /* Unread until the program reads: another process may read the same file next. */
    input->paused = true;
    connect_output(session, STREAM_STDOUT, STDOUT_FILENO);
    connect_output(session, STREAM_STDERR, STDERR_FILENO);
    connect_output(session, STREAM_LOG, STDERR_FILENO);
    if (back) {
        connect_output(session, STREAM_BACK, STDIN_FILENO);
    } else {
        pump_init(&session->streams[STREAM_BACK], -1, -1);
    }
    control_init(&session->control, ports[HERMIT_PORT_CONTROL]);
    bool verbose = session->options->verbose;
    tail_init(&session->serial, session->machine.serial, verbose);
    tail_init(&session->messages, session->machine.messages,
              verbose || session->options->qemu_args.count != 0);
}

static void begin_trace(struct session *session)
{
    const struct options *options = session->options;
    if (!options->trace.wanted) {
        return;
    }
    session->trace = trace_begin(&options->trace, session->image, session->machine.trace);
    if (session->trace == NULL) {
        session->status = HERMIT_STATUS_FAILED;
    }
}

int session_run(const struct options *options, const struct image *image, int initrd,
                const uint8_t streams[3])
{
    static struct session session;
    session.options = options; /* no initialiser: too large for a small stack */
    session.image = image;
    session.status = -1;
    session.exit_code = -1;
    if (options->timeout_ms != 0) {
        session.deadline_ms = monotonic_ms() + options->timeout_ms;
    }
    if (catch_signals() != 0 || machine_start(&session.machine, options, initrd) != 0) {
        machine_close(&session.machine);
        return HERMIT_STATUS_FAILED;
    }
    connect_streams(&session, streams);
    begin_trace(&session);
    loop(&session);
    if (session.trace != NULL) {
        trace_end(session.trace, session.exit_code, session.exit_signal);
    }
    /* With --qemu-arg, QEMU may write something when it exits. */
    machine_end(&session.machine, options->qemu_args.count != 0);
    tail_read(&session.messages);
    control_free(&session.control);
    crash_free(&session.crash);
    machine_close(&session.machine);
    return session.status;
}
