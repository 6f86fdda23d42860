#include "measures/ranking_measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "definition/definition.h"
#include "definition/words.h"

const double limen_rank_cutoffs[] = {5, 10, 15, 20, 30, 100, 200, 500, 1000, LIMEN_CUTOFFS_END};

/* ---- registry ---- */

#define LIMEN_ENTRY(measure) extern const struct limen_ranking_measure measure;
#include "measures/ranking_measures.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(measure) &measure,
static const struct limen_ranking_measure *const measures[] = {
#include "measures/ranking_measures.def"
    NULL};
#undef LIMEN_ENTRY
enum { MEASURES = sizeof measures / sizeof *measures - 1 };

const struct limen_ranking_measure *limen_ranking_measure_at(size_t i) {
  return i < MEASURES ? measures[i] : NULL;
}

const char *limen_ranking_measure_name(size_t i) { return i < MEASURES ? measures[i]->name : NULL; }

size_t limen_ranks_found(const struct limen_judged_ranks *ranks, size_t depth) {
  size_t found = 0;
  for (size_t i = 0; i < depth && i < ranks->count; i++) found += ranks->grade[i] >= ranks->level;
  return found;
}

/* ---- choices ---- */

static size_t place_of(const struct limen_ranking_measure *measure) {
  size_t i = 0;
  while (measures[i] != measure) i++;
  return i;
}

/* Where a choice belongs among those that are there; `*same` when it is there already. */
static size_t position_of(const struct limen_ranking_choices *choices,
                          const struct limen_ranking_choice *one, bool *same) {
  const size_t place = place_of(one->measure);
  for (size_t i = 0; i < choices->count; i++) {
    const struct limen_ranking_choice *other = &choices->choice[i];
    const size_t there = place_of(other->measure);
    *same = there == place && other->cutoff == one->cutoff;
    if (*same || there > place || (there == place && other->cutoff > one->cutoff)) return i;
  }
  *same = false;
  return choices->count;
}

static int add(struct limen_ranking_choices *choices, const struct limen_ranking_measure *measure,
               double cutoff, struct limen_error *error) {
  struct limen_ranking_choice one = {.measure = measure, .cutoff = cutoff};
  bool same;
  const size_t at = position_of(choices, &one, &same);
  if (same) return LIMEN_OK;
  if (measure->cutoffs)
    snprintf(one.name, sizeof one.name, measure->shares ? "%s_%.2f" : "%s_%.0f", measure->name,
             cutoff);
  else
    snprintf(one.name, sizeof one.name, "%s", measure->name);
  int status =
      limen_grow(&choices->choice, &choices->capacity, choices->count + 1, sizeof one, error);
  if (status != LIMEN_OK) return status;
  memmove(&choices->choice[at + 1], &choices->choice[at], (choices->count - at) * sizeof one);
  choices->choice[at] = one;
  choices->count++;
  return LIMEN_OK;
}

static int add_defaults(struct limen_ranking_choices *choices,
                        const struct limen_ranking_measure *measure, struct limen_error *error) {
  if (!measure->cutoffs) return add(choices, measure, 0, error);
  int status = LIMEN_OK;
  for (const double *cutoff = measure->cutoffs; status == LIMEN_OK && *cutoff != LIMEN_CUTOFFS_END;
       cutoff++)
    status = add(choices, measure, *cutoff, error);
  return status;
}

/* ---- words for them ---- */

static int unknown(const char *words, struct limen_error *error) {
  struct limen_text valid = {0};
  char shown[LIMEN_WORDS_SIZE];
  for (size_t i = 0; i < MEASURES; i++)
    limen_text_print(&valid, "%s%s%s", i ? ", " : "", measures[i]->name,
                     measures[i]->cutoffs ? "_K" : "");
  const char *near = limen_nearest(words, limen_ranking_measure_name);
  int status =
      LIMEN_FAIL(error, LIMEN_USAGE, "unknown measure %s%s%s; there are: %s, official and all_trec",
                 limen_words_quote(words, shown), near ? "; nearest: " : "", near ? near : "",
                 limen_text_string(&valid));
  limen_text_clear(&valid);
  return status;
}

/* The measure with the longest name that `words` starts with; `*rest` gets what follows it and the
 * "." or "_" behind it, NULL where nothing does. */
static const struct limen_ranking_measure *measure_of(const char *words, const char **rest) {
  const struct limen_ranking_measure *best = NULL;
  size_t longest = 0;
  for (size_t i = 0; i < MEASURES; i++) {
    const size_t length = strlen(measures[i]->name);
    if (length <= longest || strncmp(words, measures[i]->name, length) != 0 ||
        !strchr("._", words[length])) /* its end too */
      continue;
    best = measures[i];
    longest = length;
    *rest = words[length] ? words + length + 1 : NULL;
  }
  return best;
}

static int no_cutoffs(const struct limen_ranking_measure *measure, const char *rest,
                      struct limen_error *error) {
  char cut[LIMEN_RANKING_NAME_SIZE], shown[LIMEN_WORDS_SIZE];
  bool has_cut = false;
  snprintf(cut, sizeof cut, "%s_cut", measure->name);
  for (size_t i = 0; i < MEASURES; i++) has_cut = has_cut || strcmp(measures[i]->name, cut) == 0;
  return LIMEN_FAIL(error, LIMEN_USAGE, "the measure %s has no cutoff, %s was given%s%s%s",
                    measure->name, limen_words_quote(rest, shown), has_cut ? "; it is " : "",
                    has_cut ? cut : "", has_cut ? "_K that has" : "");
}

/* One of the numbers between commas; `*rest` moves behind it. */
static int take_cutoff(const struct limen_ranking_measure *measure, const char **rest, double *out,
                       struct limen_error *error) {
  char number[24] = "", *end = number;
  const size_t length = strcspn(*rest, ",");
  char shown[LIMEN_WORDS_SIZE];
  if (length < sizeof number &&
      length == strspn(*rest, measure->shares ? ".0123456789" : "0123456789")) {
    memcpy(number, *rest, length);
    *out = strtod(number, &end);
  }
  if (end == number || *end != '\0' ||
      (measure->shares ? *out > 1 : *out < 1 || *out > LIMEN_RANKING_CUTOFF_MOST))
    return LIMEN_FAIL(
        error, LIMEN_USAGE, "the cutoff %s of the measure %s: %s, as in %s.%s",
        limen_words_quote(*rest, shown), measure->name,
        measure->shares ? "shares from 0 to 1 are needed" : "ranks from 1 to 1000000000 are needed",
        measure->name, measure->shares ? "0.25,0.5" : "2,10");
  *rest += length;
  if (**rest == ',') ++*rest;
  return LIMEN_OK;
}

int limen_ranking_choices_add(struct limen_ranking_choices *choices, const char *words,
                              struct limen_error *error) {
  const bool official = strcmp(words, "official") == 0, all = strcmp(words, "all_trec") == 0;
  int status = LIMEN_OK;
  if (official || all) {
    for (size_t i = 0; i < MEASURES && status == LIMEN_OK; i++)
      if (all || measures[i]->official) status = add_defaults(choices, measures[i], error);
    return status;
  }
  const char *rest = NULL;
  const struct limen_ranking_measure *measure = measure_of(words, &rest);
  if (!measure) return unknown(words, error);
  if (!rest) return add_defaults(choices, measure, error);
  if (!measure->cutoffs) return no_cutoffs(measure, rest, error);
  do {
    double cutoff = 0;
    status = take_cutoff(measure, &rest, &cutoff, error);
    if (status == LIMEN_OK) status = add(choices, measure, cutoff, error);
  } while (status == LIMEN_OK && *rest != '\0');
  return status;
}

void limen_ranking_choices_clear(struct limen_ranking_choices *choices) {
  limen_free(choices->choice);
  *choices = (struct limen_ranking_choices){0};
}
