#include "cli/gate_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- sources ---- */

void limen_gate_source_clear(struct limen_gate_source *source) {
  limen_texts_clear(&source->results);
  limen_texts_clear(&source->only);
  limen_texts_clear(&source->lower);
}

int limen_gate_source_check(struct limen_gate_source *source, const char *command,
                            const struct limen_texts *words, struct limen_error *error) {
  source->folder = words->count > 0 ? words->text[0] : NULL;
  if (source->folder && source->results.count > 0)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "limen %s: %s and --results are both given; one of the two is meant", command,
                      source->folder);
  if (!source->folder && source->results.count == 0)
    return LIMEN_FAIL(error, LIMEN_USAGE, "limen %s: a run folder or --results FILE.csv is missing",
                      command);
  if (source->folder && (source->lower.count > 0 || source->deterministic))
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "limen %s: %s is for --results; a run folder knows that by itself", command,
                      source->deterministic ? "--deterministic" : "--lower");
  return LIMEN_OK;
}

static int read_folder(const struct limen_gate_source *source, struct limen_session *session,
                       struct limen_measured *out, struct limen_error *error) {
  int status = limen_session_open(session, source->folder, LIMEN_STORE_READ, error);
  if (status != LIMEN_OK) return status;
  if (session->plan.n_missing > 0)
    fprintf(stderr, "note: %s is not finished: %zu cells wait; `limen run` goes on with them\n",
            source->folder, session->plan.n_missing);
  return limen_measured_run(&session->plan, out, error);
}

/* A metric named by mistake would leave its direction wrong without a word. */
static int check_lower(const struct limen_gate_source *source,
                       const struct limen_measured *measured, struct limen_error *error) {
  for (size_t i = 0; i < source->lower.count; i++)
    if (!limen_measured_find(measured, source->lower.text[i]))
      return LIMEN_FAIL(error, LIMEN_USAGE, "--lower %.60s: the results have no such metric%s%.60s",
                        source->lower.text[i], measured->count > 0 ? "; they have " : "",
                        measured->count > 0 ? measured->number[0].name : "");
  return LIMEN_OK;
}

int limen_gate_source_read(const struct limen_gate_source *source, struct limen_session *session,
                           struct limen_measured *out, struct limen_error *error) {
  const struct limen_csv_wishes wishes = {source->lower.text, source->lower.count,
                                          source->deterministic};
  int status = LIMEN_OK;
  *session = (struct limen_session){0};
  *out = (struct limen_measured){0};
  if (source->folder) status = read_folder(source, session, out, error);
  for (size_t i = 0; i < source->results.count && status == LIMEN_OK; i++)
    status = limen_measured_csv(source->results.text[i], &wishes, out, error);
  if (status == LIMEN_OK) status = check_lower(source, out, error);
  return status;
}

int limen_gate_source_keep(const struct limen_gate_source *source, struct limen_measured *measured,
                           struct limen_error *error) {
  int status = limen_measured_has(measured, source->only.text, source->only.count, error);
  if (status == LIMEN_OK) limen_measured_keep(measured, source->only.text, source->only.count);
  return status;
}

/* ---- strictness ---- */

int limen_gate_amount_of(const char *option, const char *text, double *out, bool *points,
                         struct limen_error *error) {
  char *end;
  *out = strtod(text, &end) / 100;
  *points = strcmp(end, "pp") == 0;
  if (end != text && (*points || strcmp(end, "%") == 0) && *out > 0 && *out < 1) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_USAGE,
                    "%s %.40s: points of a share such as 0.5pp, or a part of a number such as 5%%, "
                    "is needed, above 0 and below 100",
                    option, text);
}

int limen_gate_strictness(const struct limen_texts *tolerances, const char *alpha,
                          struct limen_gate_settings *out, struct limen_error *error) {
  bool given[2] = {false, false};
  *out = (struct limen_gate_settings){.alpha = LIMEN_GATE_ALPHA,
                                      .tolerance = LIMEN_GATE_TOLERANCE,
                                      .tolerance_relative = LIMEN_GATE_TOLERANCE_RELATIVE};
  for (size_t i = 0; i < tolerances->count; i++) {
    double amount;
    bool points;
    int status = limen_gate_amount_of("--tolerance", tolerances->text[i], &amount, &points, error);
    if (status != LIMEN_OK) return status;
    if (given[points])
      return LIMEN_FAIL(error, LIMEN_USAGE, "--tolerance %.40s: another one is given already",
                        tolerances->text[i]);
    given[points] = true;
    *(points ? &out->tolerance : &out->tolerance_relative) = amount;
  }
  if (!alpha) return LIMEN_OK;
  char *end;
  out->alpha = strtod(alpha, &end);
  if (end != alpha && *end == '\0' && out->alpha >= 1e-6 && out->alpha <= 0.25) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_USAGE,
                    "--alpha %.40s: the chance of a false alarm from 0.000001 to 0.25 is needed",
                    alpha);
}
