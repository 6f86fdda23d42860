/* A run in TREC's format, and its measures against judgements of the seeds' documents. */
#include <math.h>
#include <string.h>

#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"
#include "fuzz/texts.h"
#include "measures/evaluation.h"
#include "retrieval/ranking_read.h"

extern const struct fuzz_target fuzz_target_ranking;

static const struct {
  const char *query, *document;
  int32_t grade;
} judged[] = {{"q1", "d1", 1}, {"q1", "d2", 2}, {"q1", "d3", 0},  {"q1", "d4", -1},
              {"q2", "d2", 1}, {"q3", "d1", 0}, {"q4", "d 5", 3}, {"q4", "d1", INT32_MAX}};

static void evaluate(const struct limen_ranking *ranking) {
  const struct limen_evaluation_settings settings = {.level = 1, .complete = true};
  struct limen_ranking_choices choices = {0};
  struct limen_evaluation evaluation = {0};
  struct limen_qrels qrels = {0};
  struct limen_error error = {0};
  int status = limen_ranking_choices_add(&choices, "all_trec", &error);
  for (size_t i = 0; i < sizeof judged / sizeof *judged && status == LIMEN_OK; i++)
    status = limen_qrels_add(&qrels, judged[i].query, judged[i].document, judged[i].grade, &error);
  fuzz_expect(status == LIMEN_OK, "%s", error.text);
  status = limen_evaluate(&qrels, ranking, &choices, &settings, &evaluation, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  for (size_t i = 0; i < evaluation.measures; i++)
    fuzz_expect(isfinite(evaluation.summary[i]), "%s is %g", choices.choice[i].name,
                evaluation.summary[i]);
  limen_evaluation_clear(&evaluation);
  limen_ranking_choices_clear(&choices);
  limen_qrels_clear(&qrels);
}

static void check_query(const struct limen_ranked_query *query) {
  fuzz_expect_id(query->id);
  for (size_t i = 0; i < query->count; i++) {
    const struct limen_ranked_document *one = &query->ranked[i];
    fuzz_expect_id(one->document);
    fuzz_expect(isfinite(one->score), "%s has the score %g", one->document, one->score);
    if (i == 0) continue;
    fuzz_expect(one[-1].score > one->score ||
                    (one[-1].score == one->score && strcmp(one[-1].document, one->document) > 0),
                "%s does not belong after %s", one->document, one[-1].document);
  }
}

static void run(const uint8_t *bytes, size_t size) {
  struct limen_ranking ranking;
  struct limen_error error = {0};
  int status = limen_ranking_read(fuzz_file(bytes, size), &ranking, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  for (size_t i = 0; i < ranking.count; i++) check_query(&ranking.query[i]);
  if (status == LIMEN_OK) fuzz_expect_id(ranking.tag);
  if (status == LIMEN_OK) evaluate(&ranking);
  limen_ranking_clear(&ranking);
}

const struct fuzz_target fuzz_target_ranking = {
    .name = "ranking",
    .about = "runs in TREC's format, and their measures",
    .longest = 1024,
    .run = run,
};
