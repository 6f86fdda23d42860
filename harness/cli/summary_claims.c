#include "cli/summary_claims.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"

enum {
  SUMMARY_MOST = 1 << 24, /* bytes: some fifty thousand metrics */
  DIGITS_MOST = 15
};

static const char certified[] = "certified_n/", smallest[] = "smallest_d/";

/* A stranger's name, fit for a message on a terminal. */
static const char *printable(const char *text, char out[256]) {
  size_t length = 0;
  for (; length < 255 && text[length]; length++)
    out[length] = (unsigned char)text[length] < 0x20 || text[length] == 0x7f ? '?' : text[length];
  out[length] = '\0';
  return out;
}

/* The number behind "/AXIS=", the whole of that part of the name; false when there is none. */
static bool axis_of(const char *name, const char *axis, size_t *out) {
  const char *at = strstr(name, axis);
  if (!at) return false;
  at += strlen(axis);
  size_t digits = strspn(at, "0123456789");
  if (digits == 0 || digits > DIGITS_MOST || (at[digits] != '/' && at[digits] != '\0'))
    return false;
  *out = strtoul(at, NULL, 10);
  return true;
}

/* Whether the pattern that a name tells is `all`. */
static bool wants_every_subset(const char *name) {
  const char *at = strstr(name, "/pattern=all");
  return at && strchr("/", at[strlen("/pattern=all")]);
}

/* The (n, d) that a metric says is served: of n dimensions in its name and its value, or the other
 * way round. */
static bool is_served(const char *name, double value, size_t *n, size_t *d) {
  if (!(value >= 0 && value < 1e15)) return false;
  if (strncmp(name, smallest, strlen(smallest)) == 0) {
    *d = (size_t)value;
    return axis_of(name, "/n=", n);
  }
  *n = (size_t)ceil(value);
  return axis_of(name, "/d=", d);
}

/* A construction serves every subset, which its name need not say. */
static bool proves(const struct limen_claim *claim, const char *name, size_t n, size_t k,
                   size_t d) {
  return !claim->refutes && claim->k == k && claim->d <= d && claim->documents >= n &&
         (claim->every_subset ||
          !(wants_every_subset(name) || strncmp(name, smallest, strlen(smallest)) == 0));
}

static int check_metric(const char *path, const char *name, const json_t *value,
                        const struct limen_claim *claims, size_t count, struct limen_error *error) {
  size_t n = 0, k = 0, d = 0;
  char words[256];
  if (!json_is_number(value) || !axis_of(name, "/k=", &k) ||
      !is_served(name, json_number_value(value), &n, &d))
    return LIMEN_FAIL(error, LIMEN_NO,
                      "%s: %s lacks a value, k or d, or n, so no claim can prove it", path,
                      printable(name, words));
  for (size_t i = 0; i < count; i++)
    if (proves(&claims[i], name, n, k, d)) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_NO,
                    "%s says %s = %.9g, which no certificate here proves; the run that it belongs "
                    "to, run again to its end, writes it",
                    path, printable(name, words), json_number_value(value));
}

int limen_summary_claims_check(const char *path, const struct limen_claim *claims, size_t n,
                               size_t *metrics, struct limen_error *error) {
  char *text = NULL;
  size_t length = 0;
  json_error_t reason;
  json_t *root = NULL;
  *metrics = 0;
  int status = limen_file_read(path, SUMMARY_MOST, &text, &length, error);
  if (status != LIMEN_OK) goto done;
  status = limen_json_read(text, length, JSON_REJECT_DUPLICATES, &root, &reason, error);
  if (status == LIMEN_INPUT)
    status =
        LIMEN_FAIL(error, LIMEN_NO, "%s:%d:%d: %s", path, reason.line, reason.column, reason.text);
  if (status != LIMEN_OK) goto done;
  const json_t *list = json_object_get(root, "metrics"), *metric;
  size_t i;
  if (!json_is_array(list))
    status = LIMEN_FAIL(error, LIMEN_NO, "%s: there is no list of metrics in it", path);
  json_array_foreach(list, i, metric) {
    const char *name = json_string_value(json_object_get(metric, "name"));
    if (status != LIMEN_OK) break;
    if (!name) status = LIMEN_FAIL(error, LIMEN_NO, "%s: metric %zu has no name", path, i + 1);
    if (!name || (strncmp(name, certified, strlen(certified)) != 0 &&
                  strncmp(name, smallest, strlen(smallest)) != 0))
      continue;
    status = check_metric(path, name, json_object_get(metric, "value"), claims, n, error);
    ++*metrics;
  }
done:
  json_decref(root);
  limen_free(text);
  return status;
}
