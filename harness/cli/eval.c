/* limen eval: retrieval measures, the numbers of trec_eval; and whether two runs differ. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/command.h"
#include "cli/eval_against.h"
#include "cli/options.h"
#include "data/collection_read.h"
#include "measures/evaluation.h"
#include "retrieval/ranking_read.h"

struct wishes {
  const char *qrels, *run, *against, *json;
  bool queries;
  bool tag; /* the run's name is shown too */
  struct limen_evaluation_settings settings;
  struct limen_ranking_choices choices;
};

/* ---- what trec_eval prints ---- */

static int add_row(json_t *rows, const char *name, const char *query, json_t *value,
                   struct limen_error *error) {
  json_t *row = json_pack("{s:s, s:s, s:o}", "name", name, "query", query, "value", value);
  if (row && json_array_append_new(rows, row) == 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the measures");
}

static int print_value(const struct limen_ranking_choice *choice, const char *query, double value,
                       json_t *rows, struct limen_error *error) {
  if (choice->measure->summary == LIMEN_OF_ALL_SUM) {
    printf("%-22s\t%s\t%.0f\n", choice->name, query, value);
    return add_row(rows, choice->name, query, json_integer((json_int_t)value), error);
  }
  printf("%-22s\t%s\t%6.4f\n", choice->name, query, value);
  return add_row(rows, choice->name, query, json_real(value), error);
}

static int print_evaluation(const struct wishes *wishes, const struct limen_evaluation *evaluation,
                            const char *tag, json_t *rows, struct limen_error *error) {
  const struct limen_ranking_choice *choice = wishes->choices.choice;
  const size_t measures = wishes->choices.count;
  int status = LIMEN_OK;
  for (size_t q = 0; wishes->queries && q < evaluation->queries; q++)
    for (size_t m = 0; m < measures && status == LIMEN_OK; m++)
      if (!choice[m].measure->only_summary)
        status = print_value(&choice[m], evaluation->id[q], evaluation->value[q * measures + m],
                             rows, error);
  if (wishes->tag && tag && status == LIMEN_OK) {
    printf("%-22s\t%s\t%s\n", "runid", "all", tag);
    status = add_row(rows, "runid", "all", json_string(tag), error);
  }
  for (size_t m = 0; m < measures && status == LIMEN_OK; m++)
    status = print_value(&choice[m], "all", evaluation->summary[m], rows, error);
  return status;
}

/* ---- messages ---- */

static void say_what_is_left_out(const struct wishes *wishes, const char *run,
                                 const struct limen_evaluation *evaluation) {
  if (evaluation->missing > 0 && !wishes->settings.complete)
    fprintf(stderr,
            "%s: %zu quer%s with judgements %s not in the run and left out; -c counts with 0\n",
            run, evaluation->missing, evaluation->missing == 1 ? "y" : "ies",
            evaluation->missing == 1 ? "is" : "are");
  if (evaluation->not_judged > 0)
    fprintf(stderr, "%s: %zu quer%s of the run %s no judgements and %s left out\n", run,
            evaluation->not_judged, evaluation->not_judged == 1 ? "y" : "ies",
            evaluation->not_judged == 1 ? "has" : "have",
            evaluation->not_judged == 1 ? "is" : "are");
  if (evaluation->known == 0)
    fprintf(stderr,
            "%s: none of its documents is judged; are ids written alike in both files, spaces "
            "included?\n",
            run);
}

/* ---- all together ---- */

static int write_json(json_t *rows, const char *key, const char *path, struct limen_error *error) {
  json_t *root = json_pack("{s:O}", key, rows);
  int status = limen_json_write(root, JSON_INDENT(1), path, error);
  json_decref(root);
  return status;
}

static int evaluate_file(const struct wishes *wishes, const struct limen_qrels *qrels,
                         const char *path, struct limen_ranking *ranking,
                         struct limen_evaluation *out, struct limen_error *error) {
  int status = limen_ranking_read(path, ranking, error);
  if (status != LIMEN_OK) return status;
  status = limen_evaluate(qrels, ranking, &wishes->choices, &wishes->settings, out, error);
  if (status == LIMEN_OK)
    say_what_is_left_out(wishes, path, out);
  else
    limen_error_prefix(error, "%s, %s", wishes->qrels, path);
  return status;
}

static int answer(const struct wishes *wishes, struct limen_error *error) {
  struct limen_qrels qrels = {0};
  struct limen_ranking ranking[2] = {0};
  struct limen_evaluation evaluation[2] = {0};
  const char *const names[2] = {wishes->run, wishes->against};
  json_t *rows = json_array();
  int status = rows ? limen_qrels_read(wishes->qrels, &qrels, error)
                    : LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the measures");
  for (size_t r = 0; r < 2 && names[r] && status == LIMEN_OK; r++)
    status = evaluate_file(wishes, &qrels, names[r], &ranking[r], &evaluation[r], error);
  if (status == LIMEN_OK)
    status = wishes->against
                 ? limen_eval_against(&evaluation[0], &evaluation[1], names, &wishes->choices, rows,
                                      error)
                 : print_evaluation(wishes, &evaluation[0], ranking[0].tag, rows, error);
  if (status == LIMEN_OK && wishes->json)
    status = write_json(rows, wishes->against ? "comparisons" : "measures", wishes->json, error);
  for (size_t r = 0; r < 2; r++) {
    limen_evaluation_clear(&evaluation[r]);
    limen_ranking_clear(&ranking[r]);
  }
  limen_qrels_clear(&qrels);
  json_decref(rows);
  return status;
}

/* ---- options ---- */

/* Few, as every further one costs all of them some power. */
static const char *const compared[] = {"map", "recip_rank", "recall_10,100", "ndcg_cut_10", NULL};

static int choose(struct wishes *wishes, const struct limen_texts *names,
                  struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < names->count && status == LIMEN_OK; i++) {
    const char *name = names->text[i];
    const bool set = strcmp(name, "official") == 0 || strcmp(name, "all_trec") == 0;
    const bool tag = strcmp(name, "runid") == 0;
    wishes->tag = wishes->tag || set || tag;
    if (!tag) status = limen_ranking_choices_add(&wishes->choices, name, error);
  }
  if (names->count > 0) return status;
  wishes->tag = true;
  if (!wishes->against) return limen_ranking_choices_add(&wishes->choices, "official", error);
  for (size_t i = 0; compared[i] && status == LIMEN_OK; i++)
    status = limen_ranking_choices_add(&wishes->choices, compared[i], error);
  return status;
}

static int check(const struct wishes *wishes, struct limen_error *error) {
  if (wishes->against && wishes->queries)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "limen eval: -q shows the queries of one run; leave it or --against out");
  if (wishes->against && wishes->choices.count == 0)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "limen eval: --against needs a measure, such as -m map; runid is none");
  return LIMEN_OK;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0}, names = {0};
  struct wishes wishes = {.settings.level = 1};
  const char *level = NULL;
  long number = 1;
  const struct limen_option table[] = {{"-m", LIMEN_OPTION_TEXTS, &names},
                                       {"-q", LIMEN_OPTION_FLAG, &wishes.queries},
                                       {"-c", LIMEN_OPTION_FLAG, &wishes.settings.complete},
                                       {"-l", LIMEN_OPTION_TEXT, &level},
                                       {"--against", LIMEN_OPTION_TEXT, &wishes.against},
                                       {"--json", LIMEN_OPTION_TEXT, &wishes.json},
                                       {0}};
  int status = limen_options_parse(count, arguments, table, 2, 2, &words, error);
  if (status == LIMEN_OK && level)
    status = limen_option_integer("-l", level, 0, INT32_MAX, &number, error);
  if (status == LIMEN_OK) status = choose(&wishes, &names, error);
  if (status == LIMEN_OK) status = check(&wishes, error);
  if (status == LIMEN_OK) {
    wishes.settings.level = (int32_t)number;
    wishes.qrels = words.text[0];
    wishes.run = words.text[1];
    status = answer(&wishes, error);
  }
  limen_ranking_choices_clear(&wishes.choices);
  limen_texts_clear(&words);
  limen_texts_clear(&names);
  return status;
}

const struct limen_command limen_command_eval = {
    .name = "eval",
    .about = "retrieval measures, the numbers of trec_eval",
    .help =
        "usage: limen eval QRELS RUN [-m M]... [-q] [-c] [-l LEVEL] [--json F]\n"
        "       limen eval QRELS RUN --against RUN2 [-m M]... [-c] [-l LEVEL] [--json F]\n"
        "\n"
        "Judges what a system retrieved, by the definitions of trec_eval and in its form: "
        "measure,\n"
        "query or `all`, value, parted by tabs. Documents go by score and then by id, from the "
        "end\n"
        "of the alphabet; the rank column is not looked at. Documents without a judgement count "
        "as\n"
        "not relevant.\n"
        "\n"
        "QRELS: TREC qrels (query, iteration, document, grade), BEIR's tsv, or JSON lines with\n"
        "query-id, corpus-id and score. RUN: query, Q0, document, rank, score, tag. Columns "
        "parted\n"
        "by tabs may hold ids with spaces. Each may be gz.\n"
        "\n"
        "  -m M         a measure, once or more: map, ndcg_cut_10, recall.2,10; `limen list\n"
        "               ranking_measures` has all. Sets: official (the default), all_trec\n"
        "  -q           every query too\n"
        "  -c           count queries that the run misses, with nothing retrieved; by default "
        "only\n"
        "               the queries that are in both files count\n"
        "  -l LEVEL     the grade from which on a document is relevant; default 1. ndcg takes\n"
        "               grades as they are\n"
        "  --against F  tell whether RUN differs from the run F: the queries of both are paired. "
        "A\n"
        "               difference is more than noise where the adjusted p is at most 0.05 and "
        "the\n"
        "               interval of the mean is on one side of 0. Default measures: map,\n"
        "               recip_rank, recall_10, recall_100, ndcg_cut_10\n"
        "\n"
        "Example:\n"
        "  limen eval qrels.jsonl bm25.run -m recall.2,10 -m ndcg_cut_10 --against dense.run\n",
    .run = run,
};
