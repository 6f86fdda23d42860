/* Cells that wait, the costliest first, the first asked for among equals. */
#ifndef LIMEN_RUN_QUEUE_H
#define LIMEN_RUN_QUEUE_H

#include <stddef.h>

#include "base/error.h"
#include "run/plan.h"

struct limen_queue {
  struct queued {
    struct limen_cell *cell;
    size_t turn; /* order of arrival */
  } * heap;
  size_t count, capacity, turns;
};

int limen_queue_push(struct limen_queue *queue, struct limen_cell *cell, struct limen_error *error);
struct limen_cell *limen_queue_pop(struct limen_queue *queue); /* NULL when empty */
void limen_queue_clear(struct limen_queue *queue);

#endif
