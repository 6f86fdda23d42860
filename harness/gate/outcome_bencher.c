/* Bencher Metric Format:
 *
 *   {"recall/data=a/ef=40": {"recall-share": {"value": 0.91, "lower_value": 0.90, "upper_value":
 *    0.92}}}
 *
 * A benchmark is a headline number under its whole name; the measure is what stands before the
 * first slash of it, with the unit, so that numbers which can share an axis do. Bounds are those of
 * the number that was measured, not of its change: Bencher keeps the history and draws it. Numbers
 * that the run does not have are left out, since the format has no way to say so. */
#include <math.h>
#include <string.h>

#include "gate/outcome_writer.h"

enum { SLUG_MOST = 64 /* bytes that Bencher takes */ };

/* Lower-case letters, digits, and a dash for whatever lies between. */
static void add_to_slug(char slug[SLUG_MOST + 1], const char *text, size_t length) {
  size_t used = strlen(slug);
  bool gap = used > 0;
  for (size_t i = 0; i < length && used + 2 <= SLUG_MOST; i++) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) {
      gap = used > 0;
      continue;
    }
    if (gap) slug[used++] = '-';
    slug[used++] = c;
    slug[used] = '\0';
    gap = false;
  }
}

static json_t *metric_of(const struct limen_gate_finding *finding) {
  json_t *metric = json_pack("{s:f}", "value", finding->new_value);
  if (metric && isfinite(finding->new_lower))
    json_object_set_new(metric, "lower_value", json_real(finding->new_lower));
  if (metric && isfinite(finding->new_upper))
    json_object_set_new(metric, "upper_value", json_real(finding->new_upper));
  return metric;
}

/* Names that differ in nothing but what cannot be shown come to one benchmark; the later one
 * stands. */
static bool add(json_t *root, const struct limen_gate_finding *finding) {
  char slug[SLUG_MOST + 1] = "";
  add_to_slug(slug, finding->name, strcspn(finding->name, "/"));
  add_to_slug(slug, finding->unit, strlen(finding->unit));
  if (!*slug) strcpy(slug, "value");
  json_t *name = limen_outcome_text(finding->name);
  json_t *benchmark = json_pack("{s:o}", slug, metric_of(finding));
  const bool good =
      name && benchmark && json_object_set(root, json_string_value(name), benchmark) == 0;
  json_decref(name);
  json_decref(benchmark);
  return good;
}

static int write(const struct limen_gate_outcome *outcome, struct limen_text *out,
                 struct limen_text *note, struct limen_error *error) {
  json_t *root = json_object();
  bool good = root != NULL;
  size_t left_out = 0;
  for (size_t i = 0; i < outcome->n && good; i++) {
    if (isfinite(outcome->finding[i].new_value))
      good = add(root, &outcome->finding[i]);
    else
      left_out++;
  }
  if (left_out > 0)
    limen_text_print(note, "%zu of %zu numbers were not measured and are left out", left_out,
                     outcome->n);
  if (!good) json_decref(root);
  return limen_outcome_add_json(good ? root : NULL, "Bencher's metrics", out, error);
}

const struct limen_outcome_writer limen_outcome_bencher = {
    .option = "--bencher", .about = "Bencher Metric Format", .write = write};
