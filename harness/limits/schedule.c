#include "limits/schedule.h"

#include <string.h>

#define LIMEN_ENTRY(entry) extern const struct limen_schedule entry;
#include "limits/schedules.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_schedule *const schedules[] = {
#include "limits/schedules.def"
};
#undef LIMEN_ENTRY

const struct limen_schedule *limen_schedule_at(size_t i) {
  return i < sizeof schedules / sizeof *schedules ? schedules[i] : NULL;
}

const char *limen_schedule_name(size_t i) {
  const struct limen_schedule *schedule = limen_schedule_at(i);
  return schedule ? schedule->name : NULL;
}

const struct limen_schedule *limen_schedule_find(const char *name) {
  for (size_t i = 0; i < sizeof schedules / sizeof *schedules; i++)
    if (!strcmp(schedules[i]->name, name)) return schedules[i];
  return NULL;
}

double limen_schedule_tau(const struct limen_schedule *schedule,
                          const struct limen_schedule_settings *settings, size_t step) {
  return schedule->tau ? schedule->tau(settings, step) : settings->tau;
}

size_t limen_schedule_end(const struct limen_schedule *schedule,
                          const struct limen_schedule_settings *settings) {
  return schedule->tau ? settings->steps : 0;
}
