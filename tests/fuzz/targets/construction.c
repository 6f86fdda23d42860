/* Parameters of constructions, as certificates state them: what is read has the documents that it
 * claims, and is written as it was read. Proofs are left out: how long they take follows from the
 * claim, and so does how long a stranger can make a verifier wait. */
#include <jansson.h>
#include <math.h>
#include <stdbool.h>

#include "base/memory.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"
#include "limits/construction.h"

extern const struct fuzz_target fuzz_target_construction;

static void check_rows(const struct limen_construction *construction, const void *state,
                       uint64_t documents) {
  enum { ROWS = 2 };
  const size_t d = construction->dimensions(state);
  const uint64_t firsts[] = {0, documents - ROWS};
  struct limen_error error = {0};
  fuzz_expect(d > 0, "a construction in no dimension");
  float *rows = limen_alloc(ROWS, d * sizeof *rows, NULL);
  fuzz_expect(rows, "no memory for %d rows of %zu values", ROWS, d);
  for (size_t f = 0; f < 2; f++) {
    int status = construction->rows(state, firsts[f], ROWS, rows, &error);
    fuzz_expect(status == LIMEN_OK, "the rows of a construction: %s", error.text);
    for (size_t i = 0; i < ROWS * d; i++)
      fuzz_expect(isfinite(rows[i]), "row %zu holds %g", i / d, (double)rows[i]);
  }
  limen_free(rows);
}

static void read_parameters(const struct limen_construction *construction, const json_t *parameters,
                            uint64_t documents) {
  void *state = NULL, *again = NULL;
  struct limen_error error = {0};
  int status = construction->read(parameters, documents, &state, &error);
  fuzz_judge(status, LIMEN_NO, &error);
  if (status != LIMEN_OK) return;
  check_rows(construction, state, documents);
  json_t *written = construction->write(state);
  fuzz_expect(written && construction->read(written, documents, &again, &error) == LIMEN_OK &&
                  construction->dimensions(again) == construction->dimensions(state),
              "what a construction writes is another one: %s", error.text);
  json_decref(written);
  construction->free(again);
  construction->free(state);
}

static void run(const uint8_t *bytes, size_t size) {
  static const uint64_t documents[] = {2, 5, 1000, UINT64_C(1) << 40};
  json_t *root = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
  /* The tables of a frame take the root of its documents times its dimensions in memory and time.
   */
  const bool large = json_integer_value(json_object_get(root, "n")) > 100000;
  for (size_t c = 0; root && !large && limen_construction_at(c); c++)
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
      read_parameters(limen_construction_at(c), root, documents[i]);
  json_decref(root);
}

const struct fuzz_target fuzz_target_construction = {
    .name = "construction",
    .about = "parameters of constructed documents, as certificates state them",
    .longest = 1024,
    .run = run,
};
