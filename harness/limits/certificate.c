#include "limits/certificate.h"

#include "base/file.h"
#include "base/memory.h"
#include "limits/certificate_sums.h"

int limen_certificates_seal(const char *folder, struct limen_error *error) {
  struct limen_sums sums;
  int status = limen_sums_make(folder, &sums, error);
  if (status == LIMEN_OK) status = limen_sums_write(folder, &sums, error);
  limen_sums_clear(&sums);
  return status;
}

/* A file of a claim that is missing or cannot be understood makes the claim false, not the command
 * line: only memory that runs out is our own failure. */
static int verify_claim(const char *folder, const char *name, struct limen_claim *claim,
                        struct limen_text *say, struct limen_error *error) {
  const struct limen_claim_type *type = NULL;
  json_t *root = NULL;
  char *home = limen_path_join(folder, name, error);
  int status = home ? limen_claim_read_json(home, &root, &type, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = type->prove(home, root, claim, say, error);
  if (status == LIMEN_INPUT || status == LIMEN_USAGE) {
    status = LIMEN_NO;
    if (error) error->status = status;
  }
  if (status == LIMEN_OK) status = limen_text_status(say, error);
  json_decref(root);
  limen_free(home);
  return status;
}

static void add_up(struct limen_verification *out, const struct limen_claim *claim) {
  bool first = out->claims == out->refutations;
  out->claims++;
  out->refutations += claim->refutes;
  if (!claim->refutes && (first || claim->worst_margin < out->worst_margin)) {
    out->worst_margin = claim->worst_margin;
    out->worst_bound = claim->error_bound;
  }
}

int limen_certificates_verify(const char *folder, limen_claim_listener *say, void *context,
                              struct limen_verification *out, struct limen_error *error) {
  struct limen_sums sums;
  *out = (struct limen_verification){0};
  int status = limen_sums_make(folder, &sums, error);
  if (status == LIMEN_OK) status = limen_sums_compare(folder, &sums, error);
  out->files = sums.files;
  for (size_t i = 0; i < sums.n_claims && status == LIMEN_OK; i++) {
    struct limen_claim claim = {0};
    struct limen_text words = {0};
    status = verify_claim(folder, sums.claims[i], &claim, &words, error);
    if (status == LIMEN_OK) add_up(out, &claim);
    if (status == LIMEN_OK && say) say(context, sums.claims[i], &claim, limen_text_string(&words));
    limen_text_clear(&words);
  }
  limen_sums_clear(&sums);
  return status;
}
