#include "limits/kept_claim.h"

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"

enum { CLAIM_MOST = 1 << 20 /* bytes; ours have some thousands */ };

int limen_kept_claim_read(const char *folder, const char *name, struct limen_kept_claim *out,
                          struct limen_error *error) {
  char *text = NULL;
  size_t length = 0;
  *out = (struct limen_kept_claim){0};
  if (!name || !(out->path = limen_print(error, "%s/certificates/%s/claim.json", folder, name)))
    return LIMEN_FAILED;
  if (!limen_file_exists(out->path))
    return LIMEN_FAIL(error, LIMEN_NO,
                      "%s is missing: the run proved that claim; `limen report %s` writes it anew",
                      out->path, folder);
  int status = limen_file_read(out->path, CLAIM_MOST, &text, &length, error);
  if (status == LIMEN_OK) status = limen_json_read(text, length, 0, &out->root, NULL, error);
  limen_free(text);
  return status == LIMEN_INPUT ? LIMEN_OK : status;
}

void limen_kept_claim_clear(struct limen_kept_claim *claim) {
  json_decref(claim->root);
  limen_free(claim->path);
  *claim = (struct limen_kept_claim){0};
}
