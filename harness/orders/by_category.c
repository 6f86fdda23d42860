/* Category by category, as catalogues are loaded; within a category rows keep their given order.
 *
 * Categories are numbered by first appearance among the rows; names without a row do not count. Up
 * to LIMEN_CATEGORIES_ALL of them, the variants are all permutations, in lexicographic order:
 * of three, variant 0 is 0 1 2, 1 is 0 2 1, 2 is 1 0 2, 5 is 2 1 0. Of more, variant 0 is the
 * identity and every other is drawn from the stream "orders/by_category/VARIANT"; then two variants
 * may be the same permutation by chance, once in 720 pairs of variants for six categories. */
#include <gsl/gsl_randist.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "orders/order_parts.h"

/* At most LIMEN_CATEGORIES_ALL + 1, which stands for "more". */
static size_t count_few(const struct limen_labels *labels) {
  uint32_t seen[LIMEN_CATEGORIES_ALL];
  size_t count = 0;
  for (size_t r = 0; r < labels->rows; r++) {
    size_t i = 0;
    while (i < count && seen[i] != labels->label[r]) i++;
    if (i < count) continue;
    if (count == LIMEN_CATEGORIES_ALL) return count + 1;
    seen[count++] = labels->label[r];
  }
  return count;
}

static size_t variants(const struct limen_order_input *input) {
  const size_t count = count_few(input->labels);
  size_t permutations = 1;
  if (count > LIMEN_CATEGORIES_ALL) return SIZE_MAX;
  for (size_t i = 2; i <= count; i++) permutations *= i;
  return permutations;
}

/* The permutation of 0 .. count-1 with this number in lexicographic order: the first element is the
 * number divided by (count - 1)!, the rest are those of the remainder. */
static void unrank(size_t number, size_t count, size_t *permutation) {
  size_t smaller = 1; /* (count - 1 - i)! */
  for (size_t i = 0; i < count; i++) permutation[i] = i;
  for (size_t i = 2; i < count; i++) smaller *= i;
  for (size_t i = 0; i + 1 < count; i++) {
    size_t at = i + number / smaller, chosen = permutation[at];
    memmove(permutation + i + 1, permutation + i, (at - i) * sizeof *permutation);
    permutation[i] = chosen;
    number %= smaller;
    smaller /= count - 1 - i;
  }
}

static int draw(const struct limen_order_input *input, size_t count, size_t *permutation,
                struct limen_error *error) {
  char stream[64];
  for (size_t i = 0; i < count; i++) permutation[i] = i;
  if (input->variant == 0) return LIMEN_OK;
  snprintf(stream, sizeof stream, "orders/by_category/%zu", input->variant);
  gsl_rng *rng = limen_rng_alloc(input->seed, stream, error);
  if (!rng) return LIMEN_FAILED;
  gsl_ran_shuffle(rng, permutation, count, sizeof *permutation);
  limen_rng_free(rng);
  return LIMEN_OK;
}

/* Numbers categories by first appearance: number[label] counts from 1, 0 is one without rows. */
static int number_categories(const struct limen_labels *labels, size_t *number, size_t *count,
                             struct limen_error *error) {
  *count = 0;
  for (size_t r = 0; r < labels->rows; r++) {
    if (labels->label[r] >= labels->count)
      return LIMEN_FAIL(error, LIMEN_INPUT, "row %zu has label %u, there are %zu categories", r,
                        labels->label[r], labels->count);
    if (number[labels->label[r]] == 0) number[labels->label[r]] = ++*count;
  }
  return LIMEN_OK;
}

static int arrange(const struct limen_order_input *input, size_t *order,
                   struct limen_error *error) {
  const struct limen_labels *labels = input->labels;
  size_t count, *number = NULL, *permutation = NULL;
  double *place = NULL, *keys = NULL;
  int status = LIMEN_FAILED;
  if (!(number = limen_alloc(labels->count, sizeof *number, error))) goto done;
  if (!(permutation = limen_alloc(labels->count, sizeof *permutation, error))) goto done;
  if (!(place = limen_alloc(labels->count, sizeof *place, error))) goto done;
  if (!(keys = limen_alloc(labels->rows, sizeof *keys, error))) goto done;
  status = number_categories(labels, number, &count, error);
  if (status != LIMEN_OK) goto done;
  if (count <= LIMEN_CATEGORIES_ALL)
    unrank(input->variant, count, permutation);
  else
    status = draw(input, count, permutation, error);
  if (status != LIMEN_OK) goto done;
  for (size_t i = 0; i < count; i++) place[permutation[i]] = (double)i;
  for (size_t r = 0; r < labels->rows; r++) keys[r] = place[number[labels->label[r]] - 1];
  status = limen_order_by_key(keys, labels->rows, false, order, error);
done:
  limen_free(number);
  limen_free(permutation);
  limen_free(place);
  limen_free(keys);
  return status;
}

const struct limen_order limen_order_by_category = {
    .name = "by_category",
    .about = "category after category; variants are permutations of the categories",
    .needs = LIMEN_ORDER_NEEDS_LABELS,
    .variants = variants,
    .arrange = arrange,
};
