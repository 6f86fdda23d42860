/* Progress on standard error: a bar with time left on a terminal, a plain line now and then
 * elsewhere, nothing when quiet. Callers serialise their calls. */
#ifndef LIMEN_BASE_PROGRESS_H
#define LIMEN_BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct limen_progress {
  bool quiet, terminal;
  double start_s, last_s;
  double cost_before;  /* cost that was done before the start, by an earlier run */
  size_t total_before; /* cells that were known at the first look */
};

void limen_progress_init(struct limen_progress *progress, bool quiet);

/* `done` of `total` cells; `cost_done` of `cost_total` in any unit that is roughly proportional to
 * time, from which the time left is told; `current` names what runs now. `total` may grow from call
 * to call, as searches ask for more: then both numbers are told as what they are, lower bounds. */
void limen_progress_show(struct limen_progress *progress, size_t done, size_t total,
                         double cost_done, double cost_total, const char *current);

/* What one look at the progress shows. */
struct limen_progress_look {
  size_t done, total;
  bool grows;    /* `total` has grown since the start, so it may grow further */
  double left_s; /* for the cells that are known; negative: nothing to tell it from yet */
  double share;  /* of the cost, from 0 to 1: the length of the bar */
  const char *current;
};

/* The plain line, or the bar cut to `columns` characters, without a line break; `out` gets `size`
 * bytes at most; returns out. */
enum { LIMEN_PROGRESS_SIZE = 256 };
const char *limen_progress_plain(const struct limen_progress_look *look, char *out, size_t size);
const char *limen_progress_bar(const struct limen_progress_look *look, size_t columns, char *out,
                               size_t size);

/* Clears the bar and leaves one closing line, unless quiet. */
void limen_progress_end(struct limen_progress *progress, const char *words);

/* A message for people, on standard error, with the bar out of the way. */
void limen_progress_say(struct limen_progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
