/* The claim of a certificate that a run keeps, read again: a number of a report must follow from
 * one. What it claims is proved elsewhere (certificate.h); here it is only looked up. */
#ifndef LIMEN_LIMITS_KEPT_CLAIM_H
#define LIMEN_LIMITS_KEPT_CLAIM_H

#include <jansson.h>

#include "base/error.h"

struct limen_kept_claim {
  char *path;   /* FOLDER/certificates/NAME/claim.json, for messages */
  json_t *root; /* its content; NULL: it is no JSON, so that nothing follows from it */
};

/* LIMEN_NO where the certificate is missing. Cleared by limen_kept_claim_clear, also after a
 * failure; `name` may be NULL, which memory ran out for. */
int limen_kept_claim_read(const char *folder, const char *name, struct limen_kept_claim *out,
                          struct limen_error *error);
void limen_kept_claim_clear(struct limen_kept_claim *claim);

#endif
