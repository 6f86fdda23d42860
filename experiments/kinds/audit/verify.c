/* limen verify for the kind audit: every cell is looked at anew, from vectors that are made or read
 * again, and must come to the same verdicts, gaps, shares and proofs; and every proof that was kept
 * must have its certificate, which the command has proved by itself. What an index returned is
 * found anew as well, as a build of one thread is a function of its arguments. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/count.h"
#include "base/file.h"
#include "base/memory.h"
#include "experiments/kinds/audit/audit.h"
#include "experiments/kinds/audit/proofs.h"
#include "experiments/kinds/retrieval/retrieval.h"

struct verifying {
  const struct limen_plan *plan;
  size_t cells, queries, proofs;
};

static int no(const struct limen_cell *cell, const char *what, struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_NO, "%s of cell%.400s", what, strchr(cell->text, ' '));
}

static int compare_values(const struct limen_cell *cell, const struct limen_answer *anew,
                          struct limen_error *error) {
  for (size_t row = 0; row < anew->rows; row++)
    for (size_t m = 0; m < AUDIT_MEASURES; m++) {
      const size_t i = row * AUDIT_MEASURES + m;
      const double stored = cell->answer.values[i], found = anew->values[i];
      if (audit_measures[m].timed || stored == found || (isnan(stored) && isnan(found))) continue;
      char what[128];
      snprintf(what, sizeof what, "%s is %.9g, not %.9g, for step %.30s", audit_measures[m].name,
               found, stored, limen_cell_value(cell, row, "step").as.string);
      return no(cell, what, error);
    }
  return LIMEN_OK;
}

static int compare_blobs(const struct verifying *all, const struct limen_cell *cell,
                         const struct limen_answer *anew, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < anew->answers.count && status == LIMEN_OK; i++) {
    const struct limen_blob *blob = &anew->answers.blob[i];
    void *stored = NULL;
    size_t length = 0;
    status = limen_store_answer(all->plan->store, cell->key, blob->row, blob->name, &stored,
                                &length, error);
    if (status == LIMEN_OK &&
        (!stored || length != blob->count || memcmp(stored, blob->bytes, length) != 0)) {
      char what[128];
      snprintf(what, sizeof what, "the stored \"%.30s\" is not what comes out", blob->name);
      status = no(cell, what, error);
    }
    limen_free(stored);
  }
  return status;
}

/* A certificate that was taken away together with its lines in SHA256SUMS leaves a folder in which
 * everything holds. */
static int expect_certificates(const struct verifying *all, const struct limen_cell *cell,
                               const struct limen_answer *anew, struct limen_error *error) {
  struct audit_proofs proofs = {0};
  const struct limen_blob *blob = NULL;
  for (size_t i = 0; i < anew->answers.count; i++)
    if (strcmp(anew->answers.blob[i].name, "proofs") == 0) blob = &anew->answers.blob[i];
  if (!blob) return LIMEN_OK;
  int status = audit_proofs_read(blob->bytes, blob->count, &proofs, error);
  for (size_t p = 0; p < proofs.count && status == LIMEN_OK; p++) {
    char *name = audit_certificate_name(all->plan, cell, proofs.proof[p].query, error);
    char *path = name ? limen_print(error, "%s/certificates/%s/claim.json",
                                    limen_store_folder(all->plan->store), name)
                      : NULL;
    if (!path)
      status = LIMEN_FAILED;
    else if (!limen_file_exists(path))
      status = LIMEN_FAIL(error, LIMEN_NO,
                          "%s is missing: the run proved that claim; `limen report %s` writes it "
                          "anew",
                          path, limen_store_folder(all->plan->store));
    limen_free(name);
    limen_free(path);
  }
  audit_proofs_clear(&proofs);
  return status;
}

static int verify_cell(void *context, const struct limen_cell *cell, struct limen_error *error) {
  struct verifying *all = context;
  struct limen_answer anew = {0};
  int status = limen_answer_init(&anew, cell->rows, AUDIT_MEASURES, error);
  if (status == LIMEN_OK) status = audit_run(cell, &anew, error);
  if (status == LIMEN_OK) status = compare_values(cell, &anew, error);
  if (status == LIMEN_OK) status = compare_blobs(all, cell, &anew, error);
  if (status == LIMEN_OK) status = expect_certificates(all, cell, &anew, error);
  if (status == LIMEN_OK) {
    all->cells++;
    all->queries += limen_count_of(anew.values[AUDIT_ASKED]);
    all->proofs += limen_count_of(anew.values[AUDIT_IMPOSSIBLE]);
  }
  limen_answer_clear(&anew);
  return status;
}

int audit_verify(const struct limen_plan *plan, struct limen_text *words,
                 struct limen_error *error) {
  struct verifying all = {.plan = plan};
  int status = limen_plan_each(plan, verify_cell, &all, error);
  retrieval_release();
  limen_text_print(words,
                   "%zu queries of %zu cells audited again, from vectors made or read anew: every "
                   "verdict, gap and share holds, and %zu impossible queries were proved again",
                   all.queries, all.cells, all.proofs);
  return status;
}
