/* A clock that is set back by an hour, between two looks at it, and goes on from there. */
#include <time.h>

#include "faults/fault.h"

int __real_clock_gettime(clockid_t clock, struct timespec *now);
time_t __real_time(time_t *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
time_t __wrap_time(time_t *now);

enum { BACK_S = 3600 };

int __wrap_clock_gettime(clockid_t clock, struct timespec *now) {
  int code = __real_clock_gettime(clock, now);
  if (code == 0 && fault_due(FAULT_CLOCK)) now->tv_sec -= BACK_S;
  return code;
}

time_t __wrap_time(time_t *now) {
  time_t then = __real_time(NULL) - (fault_due(FAULT_CLOCK) ? BACK_S : 0);
  if (now) *now = then;
  return then;
}
