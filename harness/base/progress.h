/* Progress on standard error: a bar with time left on a terminal, a plain line now and then
 * elsewhere, nothing when quiet. Callers serialise their calls. */
#ifndef LIMEN_BASE_PROGRESS_H
#define LIMEN_BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct limen_progress {
  bool quiet, terminal;
  double start_s, last_s;
  double cost_before; /* cost that was done before the start, by an earlier run */
};

void limen_progress_init(struct limen_progress *progress, bool quiet);

/* `done` of `total` cells; `cost_done` of `cost_total` in any unit that is roughly proportional to
 * time, from which the time left is told; `current` names what runs now. */
void limen_progress_show(struct limen_progress *progress, size_t done, size_t total,
                         double cost_done, double cost_total, const char *current);

/* Clears the bar and leaves one closing line, unless quiet. */
void limen_progress_end(struct limen_progress *progress, const char *words);

/* A message for people, on standard error, with the bar out of the way. */
void limen_progress_say(struct limen_progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
