/* A binary heap. */
#include "run/queue.h"

#include <stdbool.h>

#include "base/memory.h"

static bool before(const struct queued *a, const struct queued *b) {
  if (a->cell->cost != b->cell->cost) return a->cell->cost > b->cell->cost;
  return a->turn < b->turn;
}

static void swap(struct queued *a, struct queued *b) {
  struct queued kept = *a;
  *a = *b;
  *b = kept;
}

int limen_queue_push(struct limen_queue *queue, struct limen_cell *cell,
                     struct limen_error *error) {
  int status =
      limen_grow(&queue->heap, &queue->capacity, queue->count + 1, sizeof *queue->heap, error);
  if (status != LIMEN_OK) return status;
  size_t at = queue->count++;
  queue->heap[at] = (struct queued){cell, queue->turns++};
  for (; at > 0 && before(&queue->heap[at], &queue->heap[(at - 1) / 2]); at = (at - 1) / 2)
    swap(&queue->heap[at], &queue->heap[(at - 1) / 2]);
  return LIMEN_OK;
}

struct limen_cell *limen_queue_pop(struct limen_queue *queue) {
  if (queue->count == 0) return NULL;
  struct limen_cell *first = queue->heap[0].cell;
  queue->heap[0] = queue->heap[--queue->count];
  for (size_t at = 0;;) {
    size_t best = at, left = 2 * at + 1, right = left + 1;
    if (left < queue->count && before(&queue->heap[left], &queue->heap[best])) best = left;
    if (right < queue->count && before(&queue->heap[right], &queue->heap[best])) best = right;
    if (best == at) return first;
    swap(&queue->heap[at], &queue->heap[best]);
    at = best;
  }
}

void limen_queue_clear(struct limen_queue *queue) {
  limen_free(queue->heap);
  *queue = (struct limen_queue){0};
}
