/* How the temperature of a training runs over its steps (registry). */
#ifndef LIMEN_LIMITS_SCHEDULE_H
#define LIMEN_LIMITS_SCHEDULE_H

#include <stddef.h>

struct limen_schedule_settings {
  double tau;       /* where it ends */
  double tau_start; /* where it starts, for schedules that move */
  size_t steps;     /* how many steps it takes to the end */
};

struct limen_schedule {
  const char *name, *about;
  /* The temperature of a step, counted from 0. NULL: tau all the way. */
  double (*tau)(const struct limen_schedule_settings *settings, size_t step);
};

/* NULL when there is none of that name. */
const struct limen_schedule *limen_schedule_find(const char *name);
const char *limen_schedule_name(size_t i); /* NULL past the end */
const struct limen_schedule *limen_schedule_at(size_t i);

/* The temperature of a step. */
double limen_schedule_tau(const struct limen_schedule *schedule,
                          const struct limen_schedule_settings *settings, size_t step);

/* The first step at which nothing changes any more. */
size_t limen_schedule_end(const struct limen_schedule *schedule,
                          const struct limen_schedule_settings *settings);

#endif
