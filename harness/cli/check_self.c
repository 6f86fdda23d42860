/* Runs the experiment gate_power, as `limen run` does, and says whether the gate holds to what it
 * promises. */
#include "cli/check_self.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/session.h"
#include "gate/measured.h"
#include "gate/trial.h"

static const char experiment[] = "gate_power";

bool limen_check_self_wanted(int count, char **arguments) {
  for (int i = 1; i < count; i++)
    if (strcmp(arguments[i], "--self") == 0) return true;
  return false;
}

/* ---- running it ---- */

struct wishes {
  bool self, smoke, full, fresh, quiet;
  const char *out, *threads;
  struct limen_texts sets, words;
};

static int add_word(struct limen_texts *words, const char *word, struct limen_error *error) {
  int status =
      limen_grow(&words->text, &words->capacity, words->count + 1, sizeof *words->text, error);
  if (status == LIMEN_OK) words->text[words->count++] = word;
  return status;
}

static int add_option(struct limen_texts *words, const char *name, const char *value,
                      struct limen_error *error) {
  if (!value) return LIMEN_OK;
  int status = add_word(words, name, error);
  return status == LIMEN_OK ? add_word(words, value, error) : status;
}

static int run_experiment(const struct wishes *wishes, const char *folder,
                          struct limen_error *error) {
  const struct {
    bool wanted;
    const char *name;
  } flags[] = {{wishes->smoke, "--smoke"},
               {wishes->full, "--full"},
               {wishes->fresh, "--fresh"},
               {wishes->quiet, "--quiet"}};
  struct limen_texts words = {0};
  int status = add_word(&words, "run", error);
  if (status == LIMEN_OK) status = add_word(&words, experiment, error);
  if (status == LIMEN_OK) status = add_option(&words, "--out", folder, error);
  if (status == LIMEN_OK) status = add_option(&words, "--threads", wishes->threads, error);
  for (size_t i = 0; i < wishes->sets.count && status == LIMEN_OK; i++)
    status = add_option(&words, "--set", wishes->sets.text[i], error);
  for (size_t i = 0; i < sizeof flags / sizeof *flags && status == LIMEN_OK; i++)
    if (flags[i].wanted) status = add_word(&words, flags[i].name, error);
  if (status == LIMEN_OK)
    status = limen_command_find("run")->run((int)words.count, (char **)(void *)words.text, error);
  limen_texts_clear(&words);
  return status;
}

/* ---- what it says ---- */

static const struct limen_number *number_of(const struct limen_measured *measured, const char *what,
                                            double loss) {
  char name[LIMEN_TRIAL_NAME];
  const size_t length = strlen(limen_trial_measure(what, loss, name));
  for (size_t i = 0; i < measured->count; i++)
    if (strncmp(measured->number[i].name, name, length) == 0 &&
        measured->number[i].name[length] == '/')
      return &measured->number[i];
  return NULL;
}

static void print_table(const struct limen_measured *measured, double tolerance) {
  printf("%-11s %8s %8s %8s %12s\n", "true loss", "alarms", "lower", "upper", "comparisons");
  for (size_t step = 0;; step++) {
    const struct limen_number *number = number_of(measured, "alarm", (double)step * tolerance);
    if (!number) return;
    printf("%8.2fpp %8.3f %8.3f %8.3f %12zu\n", 100 * (double)step * tolerance, number->value,
           number->lower, number->upper, number->n);
  }
}

static int judge(const struct limen_plan *plan, const struct limen_measured *measured,
                 struct limen_error *error) {
  const double tolerance = limen_grid_real(&plan->grid, 0, "tolerance") / 100,
               alpha = limen_grid_real(&plan->grid, 0, "alpha");
  const struct limen_number *edge = number_of(measured, "alarm", tolerance),
                            *far = number_of(measured, "alarm", LIMEN_TRIAL_CAUGHT * tolerance);
  print_table(measured, tolerance);
  if (!edge || !far)
    return LIMEN_FAIL(error, LIMEN_CANNOT_TELL,
                      "the values of ef do not reach a loss of %g points; give smaller ones",
                      100 * LIMEN_TRIAL_CAUGHT * tolerance);
  const size_t alarms = (size_t)lround(edge->value * (double)edge->n),
               allowed = limen_trial_allowed(edge->n, alpha, LIMEN_TRIAL_CONFIDENCE);
  printf(
      "\n%zu of %zu comparisons alarm where just the tolerance is lost; %zu are within a chance "
      "of %g\n",
      alarms, edge->n, allowed, alpha);
  if (alarms > allowed)
    return LIMEN_FAIL(error, LIMEN_NO,
                      "the gate alarms too often: %zu of %zu comparisons where just the tolerance "
                      "is lost, and %zu at most are within a chance of %g",
                      alarms, edge->n, allowed, alpha);
  if (far->value < LIMEN_TRIAL_CAUGHT_SHARE)
    return LIMEN_FAIL(error, LIMEN_NO,
                      "the gate misses too much: a loss of %g points is caught in %.1f%% of "
                      "comparisons, not in %g%%; more builds or queries a side would do "
                      "(`limen plan`)",
                      100 * LIMEN_TRIAL_CAUGHT * tolerance, 100 * far->value,
                      100 * LIMEN_TRIAL_CAUGHT_SHARE);
  return LIMEN_OK;
}

static int answer(const struct wishes *wishes, struct limen_error *error) {
  struct limen_session session = {0};
  struct limen_measured measured = {0};
  const char *folder = wishes->out ? wishes->out : "reports/gate_power";
  int status = run_experiment(wishes, folder, error);
  if (status == LIMEN_OK) status = limen_session_open(&session, folder, LIMEN_STORE_READ, error);
  if (status == LIMEN_OK) status = limen_measured_run(&session.plan, &measured, error);
  if (status == LIMEN_OK) status = judge(&session.plan, &measured, error);
  limen_measured_clear(&measured);
  limen_session_clear(&session);
  return status;
}

int limen_check_self(int count, char **arguments, struct limen_error *error) {
  struct wishes wishes = {0};
  const struct limen_option table[] = {{"--self", LIMEN_OPTION_FLAG, &wishes.self},
                                       {"--smoke", LIMEN_OPTION_FLAG, &wishes.smoke},
                                       {"--full", LIMEN_OPTION_FLAG, &wishes.full},
                                       {"--fresh", LIMEN_OPTION_FLAG, &wishes.fresh},
                                       {"--quiet", LIMEN_OPTION_FLAG, &wishes.quiet},
                                       {"--out", LIMEN_OPTION_TEXT, &wishes.out},
                                       {"--threads", LIMEN_OPTION_TEXT, &wishes.threads},
                                       {"--set", LIMEN_OPTION_TEXTS, &wishes.sets},
                                       {0}};
  int status = limen_options_parse(count, arguments, table, 0, 0, &wishes.words, error);
  if (status == LIMEN_OK) status = answer(&wishes, error);
  limen_texts_clear(&wishes.sets);
  limen_texts_clear(&wishes.words);
  return status;
}
