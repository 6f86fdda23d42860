#include "limits/claim.h"

#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "limits/certificate_sums.h"

/* Weights of an exact proof have some 40 d bits, d + 1 times: 14 MB in 1024 dimensions. */
enum { CLAIM_MOST = 1 << 25 /* bytes */ };

#define LIMEN_ENTRY(entry) extern const struct limen_claim_type entry;
#include "limits/claims.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_claim_type *const types[] = {
#include "limits/claims.def"
    NULL};
#undef LIMEN_ENTRY

const struct limen_claim_type *limen_claim_type_at(size_t i) {
  return i < sizeof types / sizeof *types ? types[i] : NULL;
}

const struct limen_claim_type *limen_claim_type_find(const char *words) {
  for (size_t i = 0; types[i]; i++)
    if (strcmp(types[i]->words, words) == 0) return types[i];
  return NULL;
}

char *limen_claim_home(const char *folder, const char *name, struct limen_error *error) {
  if (!limen_sums_name_is_plain(name) || strcmp(name, LIMEN_SUMS_NAME) == 0) {
    LIMEN_FAIL(error, LIMEN_FAILED, "a claim cannot be named \"%s\"", name);
    return NULL;
  }
  return limen_path_join(folder, name, error);
}

int limen_claim_write_array(const char *home, const char *name, enum limen_npy_type type,
                            size_t rows, size_t columns, const void *values,
                            struct limen_error *error) {
  char *path = limen_path_join(home, name, error);
  int status = path ? limen_npy_write(path, type, rows, columns, values, error) : LIMEN_FAILED;
  limen_free(path);
  return status;
}

int limen_claim_read_array(const char *home, const char *name, enum limen_npy_type type,
                           size_t rows, size_t columns, void **values, struct limen_error *error) {
  size_t found_rows = 0, found_columns = 0;
  char *path = limen_path_join(home, name, error);
  int status =
      path ? limen_npy_read(path, type, &found_rows, &found_columns, values, error) : LIMEN_FAILED;
  if (status == LIMEN_OK && (found_rows != rows || found_columns != columns))
    status = LIMEN_FAIL(error, LIMEN_NO, "%s holds %zu x %zu values, the claim is about %zu x %zu",
                        path, found_rows, found_columns, rows, columns);
  limen_free(path);
  return status;
}

int limen_claim_write_json(const char *home, json_t *root, struct limen_error *error) {
  char *path = limen_path_join(home, "claim.json", error);
  int status = path ? limen_json_write(root, JSON_INDENT(2), path, error) : LIMEN_FAILED;
  json_decref(root);
  limen_free(path);
  return status;
}

int limen_claim_unknown(const char *home, struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_NO, "%s/claim.json: not a claim that this program can verify",
                    home);
}

int limen_claim_read_json(const char *home, json_t **root, const struct limen_claim_type **type,
                          struct limen_error *error) {
  char *text = NULL, *path = limen_path_join(home, "claim.json", error);
  size_t length = 0;
  int status = path ? limen_file_read(path, CLAIM_MOST, &text, &length, error) : LIMEN_FAILED;
  json_error_t reason;
  json_int_t schema = 0;
  const char *words = "";
  *root = NULL;
  if (status != LIMEN_OK) goto done;
  status = limen_json_read(text, length, JSON_REJECT_DUPLICATES, root, &reason, error);
  if (status == LIMEN_INPUT)
    status =
        LIMEN_FAIL(error, LIMEN_NO, "%s:%d:%d: %s", path, reason.line, reason.column, reason.text);
  if (status != LIMEN_OK) goto done;
  status = limen_json_unpack(*root, NULL, error, "{s:I, s:s}", "schema", &schema, "claim", &words);
  if (status == LIMEN_FAILED) goto done;
  if (status != LIMEN_OK || schema != 1 || !(*type = limen_claim_type_find(words)))
    status = limen_claim_unknown(home, error);
done:
  limen_free(text);
  limen_free(path);
  return status;
}
