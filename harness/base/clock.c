#include "base/clock.h"

#include <stdio.h>
#include <time.h>

double limen_clock_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
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
