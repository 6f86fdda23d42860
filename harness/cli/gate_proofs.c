#include "cli/gate_proofs.h"

#include "base/file.h"
#include "base/memory.h"
#include "cli/summary_claims.h"
#include "limits/certificate.h"
#include "report/publish.h"

struct claims {
  struct limen_claim *claim;
  size_t count, capacity;
  bool failed; /* memory ran out */
};

static void take(void *context, const char *name, const struct limen_claim *claim,
                 const char *words) {
  struct claims *claims = context;
  (void)name;
  (void)words;
  if (limen_grow(&claims->claim, &claims->capacity, claims->count + 1, sizeof *claims->claim,
                 NULL) == LIMEN_OK)
    claims->claim[claims->count++] = *claim;
  else
    claims->failed = true;
}

int limen_gate_prove(const char *folder, const struct limen_session *session,
                     struct limen_error *error) {
  struct limen_verification result = {0};
  struct claims claims = {0};
  size_t metrics = 0;
  char *certificates = limen_path_join(folder, "certificates", error);
  char *summary = limen_path_join(folder, "summary.json", error);
  int status = certificates && summary ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_certificates_verify(certificates, take, &claims, &result, error);
  if (status == LIMEN_OK && claims.failed)
    status = LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the list of claims");
  /* The numbers that are compared come from the store; the file must say the same. */
  if (status == LIMEN_OK) status = limen_published_check(&session->plan, error);
  if (status == LIMEN_OK)
    status = limen_summary_claims_check(summary, claims.claim, claims.count, &metrics, error);
  limen_free(claims.claim);
  limen_free(certificates);
  limen_free(summary);
  return status;
}
