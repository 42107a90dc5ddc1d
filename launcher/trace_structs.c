/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Structures that system calls read and fill in. Their layouts are those of the host's headers,
 * since both sides are Linux's x86-64; what the C library lays out otherwise than the kernel is
 * declared here. Pure functions but for the memory's reader.
 */
#include "trace_printers.h"

#include <arch/offsets.h>

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <utime.h>

struct kernel_sched_attr {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

struct kernel_open_how {
    uint64_t flags, mode, resolve;
};

static void put_mode(FILE *out, unsigned mode)
{
    put_file_type(out, mode);
    if ((mode & (S_ISUID | S_ISGID | S_ISVTX)) != 0) {
        names_print_flags(out, NULL, &names_mode_bits, mode & (S_ISUID | S_ISGID | S_ISVTX));
        fputc('|', out);
    }
    fprintf(out, "%#03o", mode & 0777);
}

void print_stat(FILE *out, const struct trace_call *call, unsigned n)
{
    struct stat st;
    if (!load_argument(out, call, n, &st, sizeof(st))) {
        return;
    }
    fputs("{st_mode=", out);
    put_mode(out, st.st_mode);
    if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) {
        fprintf(out, ", st_rdev=makedev(%#x, %#x), ...}", major(st.st_rdev), minor(st.st_rdev));
    } else {
        fprintf(out, ", st_size=%lld, ...}", (long long)st.st_size);
    }
}

void print_statx(FILE *out, const struct trace_call *call, unsigned n)
{
    struct statx st;
    if (!load_argument(out, call, n, &st, sizeof(st))) {
        return;
    }
    fputs("{stx_mask=", out);
    names_print_flags(out, NULL, &names_statx_mask, st.stx_mask);
    fprintf(out, ", stx_attributes=%#llx, stx_mode=", (unsigned long long)st.stx_attributes);
    put_mode(out, st.stx_mode);
    fprintf(out, ", stx_size=%llu, ...}", (unsigned long long)st.stx_size);
}

void print_statfs(FILE *out, const struct trace_call *call, unsigned n)
{
    struct statfs fs;
    int id[2];
    if (!load_argument(out, call, n, &fs, sizeof(fs))) {
        return;
    }
    memcpy(id, &fs.f_fsid, sizeof(id));
    fputs("{f_type=", out);
    names_print_value(out, &names_fs_type, (uint64_t)fs.f_type);
    fprintf(out,
            ", f_bsize=%lld, f_blocks=%llu, f_bfree=%llu, f_bavail=%llu, f_files=%llu, "
            "f_ffree=%llu, f_fsid={val=[%#x, %#x]}, f_namelen=%lld, f_frsize=%lld, f_flags=",
            (long long)fs.f_bsize, (unsigned long long)fs.f_blocks, (unsigned long long)fs.f_bfree,
            (unsigned long long)fs.f_bavail, (unsigned long long)fs.f_files,
            (unsigned long long)fs.f_ffree, (unsigned)id[0], (unsigned)id[1],
            (long long)fs.f_namelen, (long long)fs.f_frsize);
    names_print_flags(out, NULL, &names_mount_flags, (uint64_t)fs.f_flags);
    fputc('}', out);
}

void print_sysinfo(FILE *out, const struct trace_call *call, unsigned n)
{
    struct sysinfo info;
    if (!load_argument(out, call, n, &info, sizeof(info))) {
        return;
    }
    fprintf(out,
            "{uptime=%ld, loads=[%lu, %lu, %lu], totalram=%lu, freeram=%lu, sharedram=%lu, "
            "bufferram=%lu, totalswap=%lu, freeswap=%lu, procs=%u, totalhigh=%lu, freehigh=%lu, "
            "mem_unit=%u}",
            info.uptime, info.loads[0], info.loads[1], info.loads[2], info.totalram, info.freeram,
            info.sharedram, info.bufferram, info.totalswap, info.freeswap, info.procs,
            info.totalhigh, info.freehigh, info.mem_unit);
}

void put_timeval(FILE *out, const struct timeval *time)
{
    fprintf(out, "{tv_sec=%lld, tv_usec=%lld}", (long long)time->tv_sec, (long long)time->tv_usec);
}

static void put_timespec(FILE *out, const struct timespec *time)
{
    fprintf(out, "{tv_sec=%lld, tv_nsec=%lld}", (long long)time->tv_sec, (long long)time->tv_nsec);
}

void print_rusage(FILE *out, const struct trace_call *call, unsigned n)
{
    struct rusage usage;
    if (!load_argument(out, call, n, &usage, sizeof(usage))) {
        return;
    }
    fputs("{ru_utime=", out);
    put_timeval(out, &usage.ru_utime);
    fputs(", ru_stime=", out);
    put_timeval(out, &usage.ru_stime);
    fputs(", ...}", out);
}

void print_tms(FILE *out, const struct trace_call *call, unsigned n)
{
    struct tms times;
    if (load_argument(out, call, n, &times, sizeof(times))) {
        fprintf(out, "{tms_utime=%lld, tms_stime=%lld, tms_cutime=%lld, tms_cstime=%lld}",
                (long long)times.tms_utime, (long long)times.tms_stime, (long long)times.tms_cutime,
                (long long)times.tms_cstime);
    }
}

void print_utsname(FILE *out, const struct trace_call *call, unsigned n)
{
    struct utsname name;
    if (load_argument(out, call, n, &name, sizeof(name))) {
        fprintf(out, "{sysname=\"%.64s\", nodename=\"%.64s\", ...}", name.sysname, name.nodename);
    }
}

/* A limit as strace prints it: multiples of 1024 as such. */
static void put_limit(FILE *out, uint64_t limit)
{
    if (limit == UINT64_MAX) {
        fputs("RLIM64_INFINITY", out);
    } else if (limit > 1024 && limit % 1024 == 0) {
        fprintf(out, "%llu*1024", (unsigned long long)(limit / 1024));
    } else {
        fprintf(out, "%llu", (unsigned long long)limit);
    }
}

void print_rlimit(FILE *out, const struct trace_call *call, unsigned n)
{
    struct rlimit limit;
    if (!load_argument(out, call, n, &limit, sizeof(limit))) {
        return;
    }
    fputs("{rlim_cur=", out);
    put_limit(out, limit.rlim_cur);
    fputs(", rlim_max=", out);
    put_limit(out, limit.rlim_max);
    fputc('}', out);
}

void print_timespec(FILE *out, const struct trace_call *call, unsigned n)
{
    struct timespec time;
    bool left = strstr(call->row->name, "nanosleep") != NULL && call->row->arguments[n].out;
    if (left && (!trace_failed(call) ||
                 (call->result != -EINTR && call->result != -ERESTART_RESTARTBLOCK))) {
        put_pointer(out, call->args[n]); /* written after an interruption only */
        return;
    }
    if (left ? load(out, call, call->args[n], &time, sizeof(time))
             : load_argument(out, call, n, &time, sizeof(time))) {
        put_timespec(out, &time);
    }
}

void print_timeval(FILE *out, const struct trace_call *call, unsigned n)
{
    struct timeval time;
    if (load_argument(out, call, n, &time, sizeof(time))) {
        put_timeval(out, &time);
    }
}

/* Of utimensat: a time, now, or left as it is. */
static void put_file_time(FILE *out, const struct timespec *time)
{
    if (time->tv_nsec == UTIME_NOW) {
        fputs("UTIME_NOW", out);
    } else if (time->tv_nsec == UTIME_OMIT) {
        fputs("UTIME_OMIT", out);
    } else {
        put_timespec(out, time);
    }
}

void print_timespec_pair(FILE *out, const struct trace_call *call, unsigned n)
{
    struct timespec pair[2];
    if (!load_argument(out, call, n, pair, sizeof(pair))) {
        return;
    }
    fputc('[', out);
    put_file_time(out, &pair[0]);
    fputs(", ", out);
    put_file_time(out, &pair[1]);
    fputc(']', out);
}

void print_timeval_pair(FILE *out, const struct trace_call *call, unsigned n)
{
    struct timeval pair[2];
    if (!load_argument(out, call, n, pair, sizeof(pair))) {
        return;
    }
    fputc('[', out);
    put_timeval(out, &pair[0]);
    fputs(", ", out);
    put_timeval(out, &pair[1]);
    fputc(']', out);
}

void print_itimerspec(FILE *out, const struct trace_call *call, unsigned n)
{
    struct itimerspec timer;
    if (!load_argument(out, call, n, &timer, sizeof(timer))) {
        return;
    }
    fputs("{it_interval=", out);
    put_timespec(out, &timer.it_interval);
    fputs(", it_value=", out);
    put_timespec(out, &timer.it_value);
    fputc('}', out);
}

void print_itimerval(FILE *out, const struct trace_call *call, unsigned n)
{
    struct itimerval timer;
    if (!load_argument(out, call, n, &timer, sizeof(timer))) {
        return;
    }
    fputs("{it_interval=", out);
    put_timeval(out, &timer.it_interval);
    fputs(", it_value=", out);
    put_timeval(out, &timer.it_value);
    fputc('}', out);
}

void print_timezone(FILE *out, const struct trace_call *call, unsigned n)
{
    struct timezone zone;
    if (load_argument(out, call, n, &zone, sizeof(zone))) {
        fprintf(out, "{tz_minuteswest=%d, tz_dsttime=%d}", zone.tz_minuteswest, zone.tz_dsttime);
    }
}

void print_utimbuf(FILE *out, const struct trace_call *call, unsigned n)
{
    struct utimbuf times;
    if (load_argument(out, call, n, &times, sizeof(times))) {
        fprintf(out, "{actime=%lld, modtime=%lld}", (long long)times.actime,
                (long long)times.modtime);
    }
}

/* Scheduling and files. */

void print_sched_param(FILE *out, const struct trace_call *call, unsigned n)
{
    int priority;
    if (load_argument(out, call, n, &priority, sizeof(priority))) {
        fprintf(out, "[%d]", priority);
    }
}

void print_sched_attr(FILE *out, const struct trace_call *call, unsigned n)
{
    struct kernel_sched_attr attr;
    if (!load_argument(out, call, n, &attr, sizeof(attr))) {
        return;
    }
    fprintf(out, "{size=%u, sched_policy=", attr.size);
    names_print_value(out, &names_sched, attr.policy);
    fprintf(out,
            ", sched_flags=%#llx, sched_nice=%d, sched_priority=%u, sched_runtime=%llu, "
            "sched_deadline=%llu, sched_period=%llu}",
            (unsigned long long)attr.flags, attr.nice, attr.priority,
            (unsigned long long)attr.runtime, (unsigned long long)attr.deadline,
            (unsigned long long)attr.period);
}

void print_open_how(FILE *out, const struct trace_call *call, unsigned n)
{
    struct kernel_open_how how;
    if (!load_argument(out, call, n, &how, sizeof(how))) {
        return;
    }
    fputs("{flags=", out);
    put_open_flags(out, how.flags);
    fprintf(out, ", mode=%#03llo, resolve=", (unsigned long long)how.mode);
    names_print_flags(out, NULL, &names_resolve, how.resolve);
    fputc('}', out);
}

void put_vector(FILE *out, const struct trace_call *call, uint64_t address, uint64_t count,
                uint64_t limit)
{
    struct iovec parts[TRACE_ARRAY_MAX];
    size_t shown = count < TRACE_ARRAY_MAX ? (size_t)count : TRACE_ARRAY_MAX;
    if (shown == 0) {
        fputs(address == 0 ? "NULL" : "[]", out);
        return;
    }
    if (!load(out, call, address, parts, shown * sizeof(parts[0]))) {
        return;
    }
    for (size_t i = 0; i < shown; i++) {
        uint64_t size = parts[i].iov_len < limit ? parts[i].iov_len : limit;
        limit -= size;
        fputs(i == 0 ? "[{iov_base=" : ", {iov_base=", out);
        put_data(out, call, (uint64_t)(uintptr_t)parts[i].iov_base, size);
        fprintf(out, ", iov_len=%zu}", parts[i].iov_len);
    }
    fputs(shown < count ? ", ...]" : "]", out);
}

void print_vector_read(FILE *out, const struct trace_call *call, unsigned n)
{
    if (trace_failed(call)) {
        put_pointer(out, call->args[n]);
    } else {
        put_vector(out, call, call->args[n], call->args[n + 1], (uint64_t)call->result);
    }
}

void print_vector_written(FILE *out, const struct trace_call *call, unsigned n)
{
    put_vector(out, call, call->args[n], call->args[n + 1], UINT64_MAX);
}
