/* Time. Durations come from the monotonic clock; only manifests carry the date. */
#ifndef LIMEN_BASE_CLOCK_H
#define LIMEN_BASE_CLOCK_H

/* Seconds since some fixed moment; never goes backwards. */
double limen_clock_s(void);

/* "2026-01-31T12:00:00Z"; `out` holds at least 32 bytes; returns out. */
const char *limen_clock_date(char *out);

/* "3 s", "2 min 05 s", "1 h 12 min"; `out` holds at least 32 bytes; returns out. */
const char *limen_clock_words(double seconds, char *out);

#endif
