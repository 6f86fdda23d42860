/* Headline numbers of a run folder: the summary of its store, and the samples that its kind hands
 * over. */
#include <string.h>

#include "base/memory.h"
#include "gate/measured.h"
#include "run/export.h"

/* ---- where they come from ---- */

/* "4, 8, 16" */
static int add_parameter(const struct limen_grid *grid, size_t parameter,
                         struct limen_settings *out, struct limen_error *error) {
  struct limen_text values = {0};
  for (size_t i = 0; i < grid->lengths[parameter]; i++) {
    if (i > 0) limen_text_add(&values, ", ");
    limen_value_label(&grid->values[parameter][i], &values);
  }
  int status = limen_text_status(&values, error);
  if (status == LIMEN_OK)
    status = limen_settings_add(out, grid->parameters[parameter].name, limen_text_string(&values),
                                error);
  limen_text_clear(&values);
  return status;
}

static int add_definition(const struct limen_plan *plan, struct limen_settings *out,
                          struct limen_error *error) {
  int status = limen_settings_add(out, "kind", plan->kind->name, error);
  for (size_t i = 0; i < plan->grid.count && status == LIMEN_OK; i++)
    if (plan->grid.lengths[i] > 0) status = add_parameter(&plan->grid, i, out, error);
  return status;
}

/* Without folders: a baseline is carried from machine to machine. */
static int add_inputs(const struct limen_plan *plan, struct limen_settings *out,
                      struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < plan->inputs.count && status == LIMEN_OK; i++) {
    const struct limen_input *input = &plan->inputs.input[i];
    const char *slash = strrchr(input->path, '/');
    status =
        limen_settings_add(out, slash && slash[1] ? slash + 1 : input->path, input->sha256, error);
  }
  return status;
}

/* ---- numbers ---- */

/* What stands for the answers behind a number of which nothing more is known: all that the run
 * found. */
static int hash_results(const struct limen_plan *plan, char out[LIMEN_HASH_SIZE],
                        struct limen_error *error) {
  struct limen_text text = {0};
  limen_export_results_text(plan, &text);
  int status = limen_text_status(&text, error);
  if (status == LIMEN_OK)
    status = limen_hash_text(limen_text_string(&text), text.length, out, error);
  limen_text_clear(&text);
  return status;
}

/* The files of a definition are its data; "" without any. */
static int hash_inputs(const struct limen_settings *inputs, char out[LIMEN_HASH_SIZE],
                       struct limen_error *error) {
  struct limen_text text = {0};
  out[0] = '\0';
  for (size_t i = 0; i < inputs->count; i++) limen_text_add(&text, inputs->setting[i].value);
  int status = limen_text_status(&text, error);
  if (status == LIMEN_OK && inputs->count > 0)
    status = limen_hash_text(limen_text_string(&text), text.length, out, error);
  limen_text_clear(&text);
  return status;
}

static int add_numbers(const struct limen_plan *plan, struct limen_measured *out,
                       struct limen_error *error) {
  struct limen_summary summary = {0};
  char results[LIMEN_HASH_SIZE], data[LIMEN_HASH_SIZE];
  int status = plan->kind->summarise(plan, &summary, error);
  if (status == LIMEN_OK) status = hash_results(plan, results, error);
  if (status == LIMEN_OK) status = hash_inputs(&out->inputs, data, error);
  for (size_t i = 0; i < summary.count && status == LIMEN_OK; i++) {
    const struct limen_headline *metric = &summary.metric[i];
    struct limen_number *number;
    status = limen_measured_add(out, metric->name, metric->unit, &number, error);
    if (status != LIMEN_OK) break;
    number->higher_is_better = metric->higher_is_better;
    number->value = metric->value;
    number->lower = metric->lower;
    number->upper = metric->upper;
    number->n = metric->n;
    memcpy(number->sample.answers, results, sizeof results);
    memcpy(number->sample.data, data, sizeof data);
  }
  limen_summary_clear(&summary);
  return status;
}

static int take_sample(void *context, const char *name, const struct limen_sample *sample,
                       struct limen_error *error) {
  struct limen_measured *measured = context;
  struct limen_number *number =
      (struct limen_number *)(uintptr_t)limen_measured_find(measured, name);
  if (!number) return LIMEN_OK; /* a part of the run that is no headline yet */
  limen_free(number->sample.values);
  number->sample = *sample;
  number->sample.values =
      limen_copy(sample->values, sample->builds * sample->queries, sizeof *sample->values, error);
  return number->sample.values ? LIMEN_OK : LIMEN_FAILED;
}

int limen_measured_run(const struct limen_plan *plan, struct limen_measured *out,
                       struct limen_error *error) {
  int status = LIMEN_OK;
  out->source = limen_copy_text(limen_store_folder(plan->store), error);
  out->experiment = limen_copy_text(plan->definition.name, error);
  if (!out->source || !out->experiment) status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = add_definition(plan, &out->definition, error);
  if (status == LIMEN_OK) status = add_inputs(plan, &out->inputs, error);
  if (status == LIMEN_OK) status = limen_measured_machine(&out->machine, error);
  if (status == LIMEN_OK) status = add_numbers(plan, out, error);
  if (status == LIMEN_OK && plan->kind->samples)
    status = plan->kind->samples(plan, take_sample, out, error);
  return status;
}
