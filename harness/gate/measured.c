#include "gate/measured.h"

#include <string.h>

#include "base/machine.h"
#include "base/memory.h"

/* ---- settings ---- */

int limen_settings_add(struct limen_settings *settings, const char *name, const char *value,
                       struct limen_error *error) {
  int status = limen_grow(&settings->setting, &settings->capacity, settings->count + 1,
                          sizeof *settings->setting, error);
  if (status != LIMEN_OK) return status;
  struct limen_setting *one = &settings->setting[settings->count++];
  one->name = limen_copy_text(name, error);
  one->value = limen_copy_text(value, error);
  return one->name && one->value ? LIMEN_OK : LIMEN_FAILED;
}

const char *limen_settings_find(const struct limen_settings *settings, const char *name) {
  for (size_t i = 0; i < settings->count; i++)
    if (strcmp(settings->setting[i].name, name) == 0) return settings->setting[i].value;
  return NULL;
}

void limen_settings_clear(struct limen_settings *settings) {
  for (size_t i = 0; i < settings->count; i++) {
    limen_free(settings->setting[i].name);
    limen_free(settings->setting[i].value);
  }
  limen_free(settings->setting);
  *settings = (struct limen_settings){0};
}

int limen_measured_machine(struct limen_settings *out, struct limen_error *error) {
  struct limen_machine machine;
  limen_machine_read(&machine);
  int status = limen_settings_add(out, "cpu", machine.cpu, error);
  if (status == LIMEN_OK) status = limen_settings_add(out, "blas", machine.blas, error);
  if (status == LIMEN_OK)
    status = limen_settings_add(out, "blas_kernel", machine.blas_kernel, error);
  for (size_t i = 0; limen_machine_library(i) && status == LIMEN_OK; i++)
    status = limen_settings_add(out, limen_machine_library(i)->name,
                                limen_machine_library(i)->version, error);
  return status;
}

/* ---- numbers ---- */

static const char certified[] = "certified_n/";

bool limen_number_is_certified(const char *name) {
  return strncmp(name, certified, sizeof certified - 1) == 0;
}

int limen_measured_add(struct limen_measured *measured, const char *name, const char *unit,
                       struct limen_number **out, struct limen_error *error) {
  int status = limen_grow(&measured->number, &measured->capacity, measured->count + 1,
                          sizeof *measured->number, error);
  if (status != LIMEN_OK) return status;
  *out = &measured->number[measured->count++];
  (*out)->name = limen_copy_text(name, error);
  (*out)->unit = limen_copy_text(unit, error);
  return (*out)->name && (*out)->unit ? LIMEN_OK : LIMEN_FAILED;
}

const struct limen_number *limen_measured_find(const struct limen_measured *measured,
                                               const char *name) {
  for (size_t i = 0; i < measured->count; i++)
    if (strcmp(measured->number[i].name, name) == 0) return &measured->number[i];
  return NULL;
}

static void number_clear(struct limen_number *number) {
  limen_free(number->name);
  limen_free(number->unit);
  limen_free(number->sample.values);
}

static bool has_measure(const char *name, const char *measure) {
  const size_t length = strcspn(name, "/");
  return strlen(measure) == length && strncmp(name, measure, length) == 0;
}

int limen_measured_has(const struct limen_measured *measured, const char *const *measures,
                       size_t count, struct limen_error *error) {
  for (size_t m = 0; m < count; m++) {
    size_t i = 0;
    while (i < measured->count && !has_measure(measured->number[i].name, measures[m])) i++;
    if (i == measured->count)
      return LIMEN_FAIL(error, LIMEN_USAGE,
                        "--only %.60s: %s has no number of this measure, which is what stands "
                        "before the first slash of a name%s%.60s",
                        measures[m], measured->source, measured->count > 0 ? ", as in " : "",
                        measured->count > 0 ? measured->number[0].name : "");
  }
  return LIMEN_OK;
}

void limen_measured_keep(struct limen_measured *measured, const char *const *measures,
                         size_t count) {
  size_t kept = 0;
  if (count == 0) return;
  for (size_t i = 0; i < measured->count; i++) {
    bool wanted = false;
    for (size_t m = 0; m < count; m++)
      wanted = wanted || has_measure(measured->number[i].name, measures[m]);
    if (wanted)
      measured->number[kept++] = measured->number[i];
    else
      number_clear(&measured->number[i]);
  }
  measured->count = kept;
}

void limen_measured_clear(struct limen_measured *measured) {
  for (size_t i = 0; i < measured->count; i++) number_clear(&measured->number[i]);
  limen_free(measured->number);
  limen_free(measured->source);
  limen_free(measured->experiment);
  limen_settings_clear(&measured->definition);
  limen_settings_clear(&measured->inputs);
  limen_settings_clear(&measured->machine);
  limen_settings_clear(&measured->accepted);
  *measured = (struct limen_measured){0};
}
