/* Text collections: documents, queries, and judgements of which documents a query wants.
 *
 * Ids are any text without line breaks or tabs, spaces included. Judgements name documents by id,
 * as they may judge documents that the collection does not hold. */
#ifndef LIMEN_DATA_COLLECTION_H
#define LIMEN_DATA_COLLECTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/id_index.h"

/* A document or a query. All texts are owned; title is "" where there is none. */
struct limen_passage {
  char *id, *title, *text;
};

struct limen_passages {
  struct limen_passage *passage;
  size_t count, capacity;
};

/* Appends copies; NULL counts as "". */
int limen_passages_add(struct limen_passages *passages, const char *id, const char *title,
                       const char *text, struct limen_error *error);
void limen_passages_clear(struct limen_passages *passages);

struct limen_judgement {
  char *document;
  int32_t grade; /* above 0: relevant; 0: judged not relevant; below 0: as trec_eval, not judged */
};

struct limen_judged_query {
  char *id;
  struct limen_judgement *judgement;
  size_t count, capacity;
};

/* Queries in the order in which they came up, judgements likewise. */
struct limen_qrels {
  struct limen_judged_query *query;
  size_t count, capacity;
  struct limen_id_index index; /* of the queries; private */
};

/* Appends a copy; the query is made when it is new. O(1). A document may be judged twice: readers
 * of files refuse that, this does not look. */
int limen_qrels_add(struct limen_qrels *qrels, const char *query, const char *document,
                    int32_t grade, struct limen_error *error);
/* NULL for a query without judgements. O(1). */
const struct limen_judged_query *limen_qrels_find(const struct limen_qrels *qrels,
                                                  const char *query);
void limen_qrels_clear(struct limen_qrels *qrels);

struct limen_collection {
  struct limen_passages documents, queries;
  struct limen_qrels qrels;
};
void limen_collection_clear(struct limen_collection *collection);

/* ---- a table from ids to positions ---- */

struct limen_id_table;

/* Of `count` ids, ids[i] at `stride` bytes apart (so that the ids of passages serve as they stand).
 * The ids are lent and must outlive the table. LIMEN_INPUT names an id that stands twice. */
int limen_id_table_make(const char *const *ids, size_t count, size_t stride,
                        struct limen_id_table **out, struct limen_error *error);
/* SIZE_MAX for an unknown id. */
size_t limen_id_table_find(const struct limen_id_table *table, const char *id);
void limen_id_table_free(struct limen_id_table *table);

#endif
