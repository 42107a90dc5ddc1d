/* SPDX-License-Identifier: BSD-3-Clause */
/* Wall clock of the CMOS real-time clock (MC146818). Read once at boot; no locks. */
#include "ports.h"
#include <arch/time.h>
#include <hermit/types.h>

enum rtc_register {
    RTC_SECONDS = 0x00,
    RTC_MINUTES = 0x02,
    RTC_HOURS = 0x04,
    RTC_DAY = 0x07,
    RTC_MONTH = 0x08,
    RTC_YEAR = 0x09,
    RTC_STATUS_A = 0x0a,
    RTC_STATUS_B = 0x0b,
};

#define STATUS_A_UPDATING 0x80
#define STATUS_B_24_HOURS 0x02
#define STATUS_B_BINARY   0x04
#define HOURS_PM          0x80
#define PATIENCE          100000

struct rtc_time {
    unsigned second, minute, hour, day, month, year;
};

static unsigned rtc_read(enum rtc_register reg)
{
    outb(0x70, (uint8_t)(0x80 | reg)); /* bit 7: NMI off */
    return inb(0x71);
}

static unsigned from_bcd(unsigned v)
{
    return (v >> 4) * 10 + (v & 15);
}

static struct rtc_time read_once(void)
{
    unsigned tries = PATIENCE;

    while (rtc_read(RTC_STATUS_A) & STATUS_A_UPDATING && --tries > 0)
        ;
    return (struct rtc_time){rtc_read(RTC_SECONDS), rtc_read(RTC_MINUTES), rtc_read(RTC_HOURS),
                             rtc_read(RTC_DAY),     rtc_read(RTC_MONTH),   rtc_read(RTC_YEAR)};
}

/* Converts to binary, 24 hours and a full year. */
static struct rtc_time decode(struct rtc_time t)
{
    unsigned status = rtc_read(RTC_STATUS_B);
    bool pm = t.hour & HOURS_PM;

    t.hour &= ~(unsigned)HOURS_PM;
    if (!(status & STATUS_B_BINARY)) {
        t = (struct rtc_time){from_bcd(t.second), from_bcd(t.minute), from_bcd(t.hour),
                              from_bcd(t.day),    from_bcd(t.month),  from_bcd(t.year)};
    }
    if (!(status & STATUS_B_24_HOURS))
        t.hour = t.hour % 12 + (pm ? 12 : 0);
    t.year += 2000;
    return t;
}

/* Days from 1970-01-01 of a date in the proleptic Gregorian calendar. */
static uint64_t days_since_1970(unsigned year, unsigned month, unsigned day)
{
    /* Years begin in March, so that the leap day is the last day. */
    uint64_t y = month <= 2 ? year - 1 : year;
    uint64_t m = month <= 2 ? month + 9 : month - 3;
    uint64_t days_to_month = (153 * m + 2) / 5;

    return y * 365 + y / 4 - y / 100 + y / 400 + days_to_month + day - 1 - 719468;
}

uint64_t arch_rtc_read(void)
{
    struct rtc_time a = read_once(), b;

    for (int tries = 0; tries < 10; tries++, a = b) { /* until two readings agree */
        b = read_once();
        if (__builtin_memcmp(&a, &b, sizeof(a)) == 0)
            break;
    }
    a = decode(a);
    if (a.month < 1 || a.month > 12 || a.day < 1 || a.day > 31)
        return 0; /* no clock there */
    uint64_t days = days_since_1970(a.year, a.month, a.day);
    return (((days * 24 + a.hour) * 60 + a.minute) * 60 + a.second) * NSEC_PER_SEC;
}
