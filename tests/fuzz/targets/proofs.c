#include "experiments/kinds/audit/proofs.h"

#include "fuzz/judge.h"
#include "fuzz/target.h"

extern const struct fuzz_target fuzz_target_proofs;

/* As a report does before it writes the certificate. */
static void check_proof(const struct limen_excerpt *documents, const struct audit_proof *proof) {
  struct limen_error error = {0};
  for (size_t i = 0; i < proof->k; i++)
    fuzz_expect(proof->set[i] < documents->rows, "row %u of %zu", proof->set[i], documents->rows);
  for (size_t i = 0; i < 2 * proof->combination.count; i++)
    fuzz_expect(proof->combination.pair[i] < documents->rows, "row %u of %zu",
                proof->combination.pair[i], documents->rows);
  fuzz_judge(limen_impossible_check(documents->rows, documents->d, documents->values, proof->set,
                                    proof->k, &proof->combination, &error),
             LIMEN_NO, &error);
}

static void run(const uint8_t *bytes, size_t size) {
  struct audit_proofs proofs;
  struct limen_error error = {0};
  int status = audit_proofs_read((const char *)bytes, size, &proofs, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  for (size_t p = 0; p < proofs.count && status == LIMEN_OK; p++)
    check_proof(&proofs.documents, &proofs.proof[p]);
  audit_proofs_clear(&proofs);
}

const struct fuzz_target fuzz_target_proofs = {
    .name = "proofs",
    .about = "proofs of an audit, as a stranger's run keeps them",
    .longest = 1024,
    .run = run,
};
