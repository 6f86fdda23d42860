/* Certificates of what no query can do, from the store's proofs. */
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/audit/audit.h"
#include "experiments/kinds/audit/proofs.h"
#include "limits/certificate.h"

/* A set may be named by a user's file, a certificate by plain characters alone. */
char *audit_certificate_name(const struct limen_plan *plan, const struct limen_cell *cell,
                             size_t query, struct limen_error *error) {
  struct limen_text name = {0};
  limen_plan_axes(plan, cell->point, -1, &name);
  limen_text_print(&name, "_instance=%lld_query=%zu",
                   (long long)limen_cell_integer(cell, "instance"), query);
  char *copy = limen_text_status(&name, error) == LIMEN_OK
                   ? limen_copy_text(limen_text_string(&name), error)
                   : NULL;
  limen_text_clear(&name);
  for (char *c = copy; c && *c; c++)
    if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-=.", *c)) *c = '_';
  return copy;
}

static int write_one(const struct limen_plan *plan, const struct limen_cell *cell,
                     const struct audit_proofs *proofs, const struct audit_proof *proof,
                     const char *folder, struct limen_error *error) {
  char *name = audit_certificate_name(plan, cell, proof->query, error);
  int status = name ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_certificate_write_impossible(folder, name, strchr(cell->text, ' ') + 1,
                                                &proofs->documents, proof->set, proof->k,
                                                &proof->combination, error);
  limen_free(name);
  return status;
}

int audit_certify(const struct limen_plan *plan, const char *folder, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < plan->n_order && status == LIMEN_OK; i++) {
    const struct limen_cell *cell = plan->cells[plan->order[i]];
    struct audit_proofs proofs = {0};
    void *text = NULL;
    size_t length = 0;
    if (cell->state != LIMEN_CELL_DONE || !(cell->answer.values[AUDIT_PROOFS] > 0)) continue;
    status = limen_store_answer(plan->store, cell->key, 0, "proofs", &text, &length, error);
    if (status == LIMEN_OK) status = audit_proofs_read(text ? text : "", length, &proofs, error);
    for (size_t p = 0; p < proofs.count && status == LIMEN_OK; p++)
      status = write_one(plan, cell, &proofs, &proofs.proof[p], folder, error);
    audit_proofs_clear(&proofs);
    limen_free(text);
  }
  return status;
}
