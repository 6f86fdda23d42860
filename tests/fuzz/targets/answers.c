/* What a stranger's run answers: plans of every kind and study whose cells hold any numbers and any
 * blobs. Headline numbers, certificates and the report are made of them, as `limen report` does.
 *
 * The first byte chooses the plan, and the rest are dealt out: a byte a number, and for every blob
 * a byte for its length and the bytes that it repeats; when they are used up, every number is 1. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "experiments/kinds/kinds.h"
#include "experiments/kinds/retrieval/retrieval.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/seeds.h"
#include "fuzz/target.h"
#include "measures/missed.h"
#include "report/pages.h"
#include "run/plan.h"

extern const struct fuzz_target fuzz_target_answers;

/* Inputs that were found name them by their numbers: others are added at the end. */
static const char *const plans[] = {
    "kind: critical_n\nparams: { d: 3..4, seeds: 2, n_most: 12 }\n",
    "kind: critical_n\nparams: { k: 3, d: 4, seeds: 1, n_most: 9, pattern: [all, cycle] }\n",
    "kind: recall\nparams: { study: sweep, n: 50, nq: 2, k: 2, ef: [4, 8], M: [4, 8], builds: 2 "
    "}\n",
    "kind: recall\nparams: { study: defaults, n: 50, nq: 2, k: 2, ef: 4, builds: 1 }\n",
    "kind: recall\nparams: { study: dimension, n: 50, nq: 2, k: 2, r: [2, 4], builds: 2, estimate: "
    "1 }\n",
    "kind: recall\nparams: { study: order, n: 50, nq: 2, k: 2, order: [random, as_given],"
    " builds: 2, draws: 3, variants: 2 }\n",
    "kind: recall\nparams: { study: missed, n: 50, nq: 2, k: 2, builds: 1, attribute: 1 }\n",
    "kind: recall\nparams: { study: noise, n: 50, nq: 2, k: 2, draws: 2, builds: 2 }\n",
    "kind: retrieval\nparams: { study: dataset, set: small, queries: 3, d: [own, 8],"
    " representation: [bm25, random_phrase] }\n",
    "kind: retrieval\nparams: { study: rank_shift, set: small, queries: 3, d: [own, 8],"
    " representation: [random_phrase, moment_curve], engine: [exact, hnswlib] }\n",
    "kind: retrieval\nparams: { study: patterns, set: small, queries: 3, pattern: [random, cycle],"
    " representation: [bm25, random_phrase] }\n",
    "kind: retrieval\nparams: { study: drowning, set: small, documents: [46, 100], queries: 3,"
    " representation: [bm25, random_phrase] }\n",
    "kind: audit\nparams: { set: small, queries: 3, d: 8 }\n",
    "kind: precision\nparams: { d: 4, n_most: 40, arithmetic: [float32, int8],"
    " construction: [trigonometric, harmonic] }\n",
    "kind: scale\nparams: { family: [code, harmonic], n: [1000, 10000], k: [1, 2] }\n",
};
enum { PLANS = sizeof plans / sizeof *plans, CELLS_MOST = 24, ROUNDS_MOST = 4 };

/* What some kind keeps: for every query, or every row of the base, so many bytes. */
enum { QUERIES = 2, BASE = 50 };
struct blob {
  const char *name;
  size_t count, size;
  uint8_t fill; /* when nothing is left that says otherwise */
};
static const struct blob answers[] = {
    {"hits", QUERIES, 6, 1},
    {"places", QUERIES, 2, 1},
    {"distances", QUERIES, 4, 0},
    {"ids", QUERIES, 8, 0},
    {"records", 2 * QUERIES, sizeof(struct limen_miss_record), 0},
    {"lid", BASE, 4, 0},
    {"inserted", BASE, 4, 0},
    {"labels", BASE, 4, 0},
    {"names", 4, 2, 0},
    {"estimate/mle", 3, 8, 0},
    {"estimate/margin", 3, 8, 0},
    {"values", QUERIES, RETRIEVAL_OF_RANKING * sizeof(double), 0},
    {"verdict", QUERIES, 1, 0},
    {"gaps", QUERIES, 32, 0},
    {"wanted", QUERIES, 4, 0},
    {"share", QUERIES, 8, 0},
    {"margins", 2 * QUERIES, 8, 0},
    {"frame", 4, 4, 1},
    {"parameters", 4, 2, 0},
};
static const struct blob artifacts[] = {{"documents", 12, 16, 0}, {"queries", 66, 16, 0}};
enum {
  ANSWERS = sizeof answers / sizeof *answers,
  ARTIFACTS = sizeof artifacts / sizeof *artifacts
};

struct stream {
  const uint8_t *bytes;
  size_t size;
};

static uint8_t next(struct stream *from) {
  if (from->size == 0) return 0;
  from->size--;
  return *from->bytes++;
}

static double next_number(struct stream *from) {
  static const double odd[] = {1,      0,      0.5,     NAN,   INFINITY, -INFINITY, -1,
                               0x1p53, 0x1p63, -0x1p63, 1e300, -1e300,   5e-324,    0x1p32};
  enum { ODD = sizeof odd / sizeof *odd };
  const uint8_t byte = next(from);
  return byte < ODD ? odd[byte] : (byte - ODD) / 16.0;
}

/* Most have the length that belongs to them; others are missing, or shorter or longer by some
 * queries or bytes. */
static size_t next_length(struct stream *from, const struct blob *blob) {
  const uint8_t byte = next(from);
  const size_t natural = blob->count * blob->size;
  if (byte < 220) return natural;
  if (byte < 225) return 0;
  if (byte < 240) return (byte - 224u) * blob->size;
  return natural + byte - 248u;
}

static int add_blob(struct stream *from, const struct blob *blob, size_t row,
                    struct limen_blobs *out, struct limen_error *error) {
  enum { MOST = 2048, REPEATED = 16 };
  uint8_t content[MOST] = {0}, repeated[REPEATED];
  const size_t length = next_length(from, blob);
  if (length == 0 || length > MOST) return LIMEN_OK; /* it is not there */
  for (size_t i = 0; i < REPEATED; i++) repeated[i] = from->size > 0 ? next(from) : blob->fill;
  /* One last byte in four makes what repeats rise. */
  for (size_t i = 0; i < length; i++)
    content[i] =
        (uint8_t)(repeated[i % REPEATED] + (repeated[REPEATED - 1] % 4 == 3 ? i / REPEATED : 0));
  return limen_blobs_add(out, blob->name, row, content, length, error);
}

static int answer_cell(struct limen_plan *plan, const struct limen_cell *cell, struct stream *from,
                       struct limen_error *error) {
  struct limen_answer answer;
  int status = limen_answer_init(&answer, cell->rows, limen_kind_measures(plan->kind), error);
  for (size_t i = 0; status == LIMEN_OK && i < answer.rows * answer.measures; i++)
    answer.values[i] = next_number(from);
  for (size_t i = 0; i < ANSWERS && status == LIMEN_OK; i++)
    for (size_t row = 0; row < cell->rows && status == LIMEN_OK; row++)
      status = add_blob(from, &answers[i], row, &answer.answers, error);
  for (size_t i = 0; i < ARTIFACTS && status == LIMEN_OK; i++)
    status = add_blob(from, &artifacts[i], 0, &answer.artifacts, error);
  if (status == LIMEN_OK && answer.artifacts.count > 0 &&
      !(answer.group = limen_copy_text("group", error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_store_put(plan->store, cell->key, cell->text, "code", plan->measure_names,
                             &answer, false, error);
  limen_answer_clear(&answer);
  return status;
}

/* Answers what a plan asks for, round after round. It reads them as it would read any store. */
static void answer_plan(struct limen_plan *plan, struct stream *from) {
  struct limen_error error = {0};
  size_t answered = 0;
  for (size_t round = 0; round < ROUNDS_MOST && answered < CELLS_MOST; round++) {
    int status = limen_plan_replay(plan, &error);
    fuzz_expect(status == LIMEN_OK, "a plan of these answers: %s", error.text);
    for (size_t i = 0; i < plan->n_order && answered < CELLS_MOST; i++) {
      struct limen_cell *cell = plan->cells[plan->order[i]];
      bool found = false;
      if (cell->state == LIMEN_CELL_DONE) continue;
      status = answer_cell(plan, cell, from, &error);
      if (status == LIMEN_OK)
        status = limen_store_find(plan->store, cell->key, plan->measure_names,
                                  limen_kind_measures(plan->kind), &cell->answer, &found, &error);
      fuzz_expect(status == LIMEN_OK && found, "an answer is not kept: %s", error.text);
      cell->state = LIMEN_CELL_DONE;
      answered++;
    }
  }
  int status = limen_plan_replay(plan, &error);
  fuzz_expect(status == LIMEN_OK, "a plan of these answers: %s", error.text);
}

/* ---- what is made of them ---- */

static void summarise(const struct limen_plan *plan) {
  struct limen_summary summary = {0};
  struct limen_error error = {0};
  int status = plan->kind->summarise(plan, &summary, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  char *text = status == LIMEN_OK ? limen_summary_text(&summary, "fuzz", &error) : NULL;
  fuzz_expect(status != LIMEN_OK || text, "%s", error.text);
  limen_free(text);
  limen_summary_clear(&summary);
}

static void describe(const struct limen_plan *plan) {
  struct limen_document document = {0};
  struct limen_text markdown = {0};
  struct limen_error error = {0};
  int status = plan->kind->describe(plan, &document, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  if (status == LIMEN_OK)
    status = limen_markdown_page(&markdown, &document, "make fuzz", true, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  limen_text_clear(&markdown);
  limen_document_clear(&document);
}

static void certify(const struct limen_plan *plan, const char *folder) {
  struct limen_error error = {0};
  if (!plan->kind->certify) return;
  int status = plan->kind->certify(plan, folder, &error);
  if (status == LIMEN_INPUT) status = error.status = LIMEN_NO;
  fuzz_judge(status, LIMEN_NO, &error);
}

/* ---- one input ---- */

static void make_plan(struct limen_plan *plan, const char *words) {
  struct limen_definition definition;
  struct limen_error error = {0};
  char text[512];
  snprintf(text, sizeof text, "name: fuzz\nquestion: Does it hold?\n%s", words);
  int status = limen_definition_parse("fuzz.yml", text, strlen(text), &definition, &error);
  fuzz_expect(status == LIMEN_OK, "%s", error.text);
  const struct limen_kind *kind = limen_kind_find(limen_kinds, definition.kind);
  status = limen_plan_init(plan, kind, &definition, LIMEN_SIZE_DEFAULT, NULL, 0, &error);
  fuzz_expect(status == LIMEN_OK, "%s", error.text);
}

static void run(const uint8_t *bytes, size_t size) {
  struct stream from = {bytes, size};
  struct limen_plan plan;
  struct limen_error error = {0};
  const char *folder = fuzz_folder();
  make_plan(&plan, plans[next(&from) % PLANS]);
  int status = limen_store_open(folder, LIMEN_STORE_WRITE, &plan.store, &error);
  fuzz_expect(status == LIMEN_OK, "%s", error.text);
  struct limen_store *store = plan.store;
  answer_plan(&plan, &from);
  summarise(&plan);
  describe(&plan);
  certify(&plan, folder);
  limen_plan_clear(&plan);
  limen_store_close(store);
}

static void seed(struct fuzz_seeds *to) {
  for (size_t p = 0; p < PLANS; p++) {
    uint8_t bytes[512];
    char name[32];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(14 + i % 16);
    bytes[0] = (uint8_t)p;
    snprintf(name, sizeof name, "plan-%zu", p);
    fuzz_seed(to, name, bytes, sizeof bytes);
  }
}

const struct fuzz_target fuzz_target_answers = {
    .name = "answers",
    .about = "any answers in a stranger's run: headline numbers, report, certificates",
    .longest = 2048,
    .run = run,
    .seed = seed,
};
