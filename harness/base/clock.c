#include "base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

/* The system's clock is monotonic by name; machines that were moved or put to sleep have set it
 * back all the same, and a duration below zero would pass for "not known". It stands still then. */
double limen_clock_s(void) {
  static _Atomic double latest;
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  double now = (double)time.tv_sec + 1e-9 * (double)time.tv_nsec, before = atomic_load(&latest);
  while (now > before && !atomic_compare_exchange_weak(&latest, &before, now)) continue;
  return now > before ? now : before;
}

const char *limen_clock_date(char *out) {
  time_t now = time(NULL);
  struct tm parts;
  gmtime_r(&now, &parts);
  strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return out;
}

const char *limen_clock_words(double seconds, char *out) {
  if (!(seconds >= 0)) seconds = 0; /* NaN too */
  if (seconds > 1e9) seconds = 1e9;
  long whole = (long)(seconds + 0.5);
  if (seconds < 9.95)
    snprintf(out, 32, "%.1f s", seconds);
  else if (whole < 60)
    snprintf(out, 32, "%ld s", whole);
  else if (whole < 3600)
    snprintf(out, 32, "%ld min %02ld s", whole / 60, whole % 60);
  else
    snprintf(out, 32, "%ld h %02ld min", whole / 3600, whole / 60 % 60);
  return out;
}
