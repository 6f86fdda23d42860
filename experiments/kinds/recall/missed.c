/* Why the neighbours of a cell were missed, and what the misses are split by. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "experiments/kinds/recall/cell.h"
#include "measures/missed.h"

int recall_attribute(struct recall_cell_run *run, size_t row, struct limen_error *error) {
  const struct recall_world *world = run->world;
  const size_t count = world->queries.rows * world->k;
  struct limen_miss_record *records = limen_alloc(count, sizeof *records, error);
  size_t counts[LIMEN_MISSES] = {0};
  int status = records ? limen_missed_attribute(&run->index, &world->base, &world->queries,
                                                &world->truth, recall_ef_of(run, row),
                                                run->judging.tie, run->ids, records, error)
                       : LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_blobs_add(&run->answer->answers, "records", row, records,
                             count * sizeof *records, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) counts[records[i].reason]++;
  for (int reason = LIMEN_MISS_TIE; reason < LIMEN_MISSES && status == LIMEN_OK; reason++)
    recall_row_of(run, row)[RECALL_MISS_TIE + reason - LIMEN_MISS_TIE] =
        (double)counts[reason] / (double)count;
  limen_free(records);
  return status;
}

int recall_keep_rows_of_base(struct recall_cell_run *run, struct limen_error *error) {
  const struct recall_world *world = run->world;
  const size_t n = world->base.rows;
  struct limen_blobs *blobs = &run->answer->answers;
  struct limen_text names = {0};
  float *lid = limen_alloc(n, sizeof *lid, error);
  uint32_t *inserted = limen_alloc(n, sizeof *inserted, error);
  int status = lid && inserted ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; i < n && status == LIMEN_OK; i++) {
    lid[i] = (float)world->lid[i];
    inserted[run->order[i]] = (uint32_t)i;
  }
  if (status == LIMEN_OK) status = limen_blobs_add(blobs, "lid", 0, lid, n * sizeof *lid, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(blobs, "inserted", 0, inserted, n * sizeof *inserted, error);
  if (status == LIMEN_OK && world->labels.rows == n) {
    status = limen_blobs_add(blobs, "labels", 0, world->labels.label,
                             n * sizeof *world->labels.label, error);
    for (size_t i = 0; i < world->labels.count; i++)
      limen_text_add_bytes(&names, world->labels.names[i], strlen(world->labels.names[i]) + 1);
    if (status == LIMEN_OK) status = limen_text_status(&names, error);
    if (status == LIMEN_OK)
      status = limen_blobs_add(blobs, "names", 0, names.data, names.length, error);
  }
  limen_text_clear(&names);
  limen_free(lid);
  limen_free(inserted);
  return status;
}
