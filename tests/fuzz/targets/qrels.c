#include <string.h>

#include "data/collection_read.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"
#include "fuzz/texts.h"
#include "retrieval/collection_structure.h"

extern const struct fuzz_target fuzz_target_qrels;

static void check_query(const struct limen_qrels *qrels, const struct limen_judged_query *query) {
  fuzz_expect_id(query->id);
  fuzz_expect(query->count > 0, "query %s has no judgement", query->id);
  fuzz_expect(limen_qrels_find(qrels, query->id) == query, "query %s is not found", query->id);
  for (size_t i = 0; i < query->count; i++) {
    fuzz_expect_id(query->judgement[i].document);
    for (size_t j = 0; j < i; j++)
      fuzz_expect(strcmp(query->judgement[i].document, query->judgement[j].document) != 0,
                  "document %s is judged twice", query->judgement[i].document);
  }
}

static void run(const uint8_t *bytes, size_t size) {
  struct limen_qrels qrels;
  struct limen_collection_structure structure;
  struct limen_error error = {0};
  int status = limen_qrels_read(fuzz_file(bytes, size), &qrels, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  fuzz_expect(status == LIMEN_OK ? qrels.count > 0 : qrels.count == 0, "%zu queries", qrels.count);
  for (size_t i = 0; i < qrels.count; i++) check_query(&qrels, &qrels.query[i]);
  if (status == LIMEN_OK) {
    fuzz_judge(limen_collection_structure_find(&qrels, &structure, &error), LIMEN_INPUT, &error);
    limen_collection_structure_clear(&structure);
  }
  limen_qrels_clear(&qrels);
}

const struct fuzz_target fuzz_target_qrels = {
    .name = "qrels",
    .about = "judgements: JSON lines, columns, TREC's qrels; and how they hang together",
    .longest = 1024,
    .run = run,
};
