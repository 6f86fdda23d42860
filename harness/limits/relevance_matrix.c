#include "limits/relevance_matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { JUDGEMENTS_MOST = INT32_MAX };

/* Lists of numbers, one behind the other: rows of columns, or columns of rows. */
struct lists {
  size_t count;
  size_t *start;
  uint32_t *item;
};

static int lists_init(struct lists *lists, size_t count, size_t items, struct limen_error *error) {
  lists->count = count;
  lists->start = limen_alloc(count + 1, sizeof *lists->start, error);
  lists->item = limen_alloc(items, sizeof *lists->item, error);
  return lists->start && lists->item ? LIMEN_OK : LIMEN_FAILED;
}

static void lists_clear(struct lists *lists) {
  limen_free(lists->start);
  limen_free(lists->item);
  *lists = (struct lists){0};
}

/* Who holds whom, turned round; the items of each list come out ascending. */
static int transpose(const struct lists *in, size_t count, struct lists *out,
                     struct limen_error *error) {
  int status = lists_init(out, count, in->start[in->count], error);
  if (status != LIMEN_OK) return status;
  memset(out->start, 0, (count + 1) * sizeof *out->start);
  for (size_t i = 0; i < in->start[in->count]; i++) out->start[in->item[i] + 1]++;
  for (size_t i = 0; i < count; i++) out->start[i + 1] += out->start[i];
  for (size_t l = 0; l < in->count; l++)
    for (size_t i = in->start[l]; i < in->start[l + 1]; i++)
      out->item[out->start[in->item[i]]++] = (uint32_t)l;
  memmove(out->start + 1, out->start, count * sizeof *out->start);
  out->start[0] = 0;
  return LIMEN_OK;
}

/* ---- equal lists become one ---- */

struct list_view {
  const uint32_t *item;
  size_t count, number;
};

static int by_content(const void *first, const void *second) {
  const struct list_view *a = first, *b = second;
  if (a->count != b->count) return a->count < b->count ? -1 : 1;
  for (size_t i = 0; i < a->count; i++)
    if (a->item[i] != b->item[i]) return a->item[i] < b->item[i] ? -1 : 1;
  return (a->number > b->number) - (a->number < b->number);
}

static bool same_content(const struct list_view *a, const struct list_view *b) {
  return a->count == b->count && memcmp(a->item, b->item, a->count * sizeof *a->item) == 0;
}

/* Drops empty lists, those of `full` items, and all but the first of equal ones. */
static int make_distinct(struct lists *lists, size_t full, struct limen_error *error) {
  struct list_view *views = limen_alloc(lists->count, sizeof *views, error);
  bool *kept = limen_alloc(lists->count, sizeof *kept, error);
  if (!views || !kept) {
    limen_free(views);
    limen_free(kept);
    return LIMEN_FAILED;
  }
  for (size_t l = 0; l < lists->count; l++)
    views[l] =
        (struct list_view){lists->item + lists->start[l], lists->start[l + 1] - lists->start[l], l};
  qsort(views, lists->count, sizeof *views, by_content);
  for (size_t v = 0; v < lists->count; v++)
    kept[views[v].number] = views[v].count > 0 && views[v].count < full &&
                            (v == 0 || !same_content(&views[v - 1], &views[v]));
  size_t count = 0, items = 0;
  for (size_t l = 0; l < lists->count; l++) {
    size_t from = lists->start[l], many = lists->start[l + 1] - from;
    if (!kept[l]) continue;
    memmove(lists->item + items, lists->item + from, many * sizeof *lists->item);
    lists->start[count++] = items;
    items += many;
  }
  lists->start[count] = items;
  lists->count = count;
  limen_free(views);
  limen_free(kept);
  return LIMEN_OK;
}

/* ---- from judgements ---- */

/* The number of each judgement's document, by first appearance. */
static int number_documents(const struct limen_qrels *qrels, const char **ids, size_t *documents,
                            uint32_t *of_judgement, struct limen_error *error) {
  struct limen_id_index index = {0};
  int status = LIMEN_OK;
  for (size_t q = 0, j = 0; q < qrels->count; q++) {
    const struct limen_judged_query *query = &qrels->query[q];
    for (size_t i = 0; i < query->count && status == LIMEN_OK; i++, j++) {
      const char *id = query->judgement[i].document;
      size_t number = limen_id_index_find(&index, ids, sizeof *ids, id);
      if (number == SIZE_MAX) {
        number = index.count;
        ids[number] = id;
        status = limen_id_index_add(&index, ids, sizeof *ids, error);
      }
      of_judgement[j] = (uint32_t)number;
    }
  }
  *documents = index.count;
  limen_id_index_clear(&index);
  return status;
}

static int by_number(const void *first, const void *second) {
  const uint32_t a = *(const uint32_t *)first, b = *(const uint32_t *)second;
  return (a > b) - (a < b);
}

static int fill_rows(const struct limen_qrels *qrels, int32_t level, const uint32_t *of_judgement,
                     struct lists *rows, struct limen_error *error) {
  size_t items = 0, j = 0;
  for (size_t q = 0; q < qrels->count; q++) {
    const struct limen_judged_query *query = &qrels->query[q];
    rows->start[q] = items;
    for (size_t i = 0; i < query->count; i++, j++)
      if (query->judgement[i].grade >= level) rows->item[items++] = of_judgement[j];
    qsort(rows->item + rows->start[q], items - rows->start[q], sizeof *rows->item, by_number);
    for (size_t i = rows->start[q] + 1; i < items; i++)
      if (rows->item[i] == rows->item[i - 1])
        return LIMEN_FAIL(error, LIMEN_INPUT, "query \"%.200s\": a document is judged twice",
                          query->id);
  }
  rows->start[qrels->count] = items;
  return LIMEN_OK;
}

/* Takes the lists over into `out`. */
static void take(struct lists *rows, size_t columns, struct limen_relevance_matrix *out) {
  out->rows = rows->count;
  out->columns = columns;
  out->start = rows->start;
  out->column = rows->item;
  for (size_t r = 0; r < rows->count; r++) {
    size_t wants = rows->start[r + 1] - rows->start[r];
    if (r == 0 || wants < out->least) out->least = wants;
    if (wants > out->most) out->most = wants;
  }
  *rows = (struct lists){0};
}

int limen_relevance_matrix_make(const struct limen_qrels *qrels, int32_t level, size_t documents,
                                struct limen_relevance_matrix *out, struct limen_error *error) {
  struct lists rows = {0}, columns = {0}, distinct = {0};
  size_t judgements = 0, judged = 0;
  *out = (struct limen_relevance_matrix){.queries = qrels->count};
  for (size_t q = 0; q < qrels->count; q++) judgements += qrels->query[q].count;
  if (judgements > JUDGEMENTS_MOST)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu judgements; at most %d are taken", judgements,
                      JUDGEMENTS_MOST);
  uint32_t *of_judgement = limen_alloc(judgements, sizeof *of_judgement, error);
  const char **ids = limen_alloc(judgements, sizeof *ids, error);
  int status = of_judgement && ids ? number_documents(qrels, ids, &judged, of_judgement, error)
                                   : LIMEN_FAILED;
  if (status == LIMEN_OK && documents > 0 && documents < judged)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%zu documents are judged, more than the %zu there are",
                        judged, documents);
  out->documents = documents > 0 ? documents : judged;
  if (status == LIMEN_OK) status = lists_init(&rows, qrels->count, judgements, error);
  if (status == LIMEN_OK) status = fill_rows(qrels, level, of_judgement, &rows, error);
  /* Rows that want everything are gone before columns are compared: they tell none apart. */
  if (status == LIMEN_OK) status = make_distinct(&rows, out->documents, error);
  if (status == LIMEN_OK) status = transpose(&rows, judged, &columns, error);
  for (size_t c = 0; status == LIMEN_OK && c < judged; c++)
    out->wanted += columns.start[c + 1] > columns.start[c];
  if (status == LIMEN_OK) status = make_distinct(&columns, SIZE_MAX, error);
  if (status == LIMEN_OK) status = transpose(&columns, rows.count, &distinct, error);
  if (status == LIMEN_OK)
    take(&distinct, columns.count + (out->wanted < out->documents && columns.count > 0), out);
  lists_clear(&rows);
  lists_clear(&columns);
  lists_clear(&distinct);
  limen_free(of_judgement);
  limen_free(ids);
  return status;
}

void limen_relevance_matrix_clear(struct limen_relevance_matrix *matrix) {
  limen_free(matrix->start);
  limen_free(matrix->column);
  *matrix = (struct limen_relevance_matrix){0};
}
