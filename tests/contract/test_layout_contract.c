/* What every layout of documents keeps to, whichever it is, by brute force at small n. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "limits/layout.h"

enum { N_MOST = 11, D_MOST = 12, K_MOST = 3 };

/* For `harmonic`, which has no frame of its own: the lowest frequencies, one of them heavier. */
static void frame_of(size_t n, size_t d, struct limen_torus *out) {
  struct limen_error error = {0};
  assert_int_equal(limen_layout_find("trigonometric")->frame(n, d, out, &error), LIMEN_OK);
  out->weight[0] = 2;
}

typedef void look(const struct limen_layout *layout, const struct limen_placing *placing,
                  const double *documents);

static void each(look *at) {
  double documents[N_MOST * D_MOST];
  for (size_t l = 0; limen_layout_at(l); l++)
    for (size_t k = 1; k <= K_MOST; k++)
      for (size_t d = 2; d <= D_MOST; d++)
        for (size_t n = k + 1; n <= N_MOST; n++) {
          const struct limen_layout *layout = limen_layout_at(l);
          struct limen_torus frame;
          struct limen_placing placing = {n, d, k, 7, NULL};
          struct limen_error error = {0};
          if (layout->most(d, k) < n) continue;
          if (layout->is_frame) {
            if (n <= d || (d % 2 == 1 && n % 2 == 1)) continue;
            frame_of(n, d, &frame);
            placing.frame = &frame;
          }
          assert_int_equal(limen_layout_documents(layout, &placing, documents, &error), LIMEN_OK);
          at(layout, &placing, documents);
        }
}

static void check_documents(const struct limen_layout *layout, const struct limen_placing *placing,
                            const double *documents) {
  double again[N_MOST * D_MOST];
  assert_int_equal(limen_layout_documents(layout, placing, again, NULL), LIMEN_OK);
  assert_memory_equal(again, documents, placing->n * placing->d * sizeof *again);
  for (size_t v = 0; v < placing->n; v++) {
    double square = 0;
    for (size_t i = 0; i < placing->d; i++) square += pow(documents[v * placing->d + i], 2);
    assert_true(isfinite(square));
    if (layout->unit) assert_true(fabs(square - 1) < 1e-14);
  }
}

/* The next k-subset of n in lexicographic order. */
static bool advance(uint32_t *set, size_t k, size_t n) {
  for (size_t s = k; s-- > 0;)
    if (set[s] < n - k + s) {
      set[s]++;
      for (size_t t = s + 1; t < k; t++) set[t] = set[t - 1] + 1;
      return true;
    }
  return false;
}

/* Its own query has no wider a gap than the best one, and a wide enough one where every set is
 * promised to have one. */
static void check_queries(const struct limen_layout *layout, const struct limen_placing *placing,
                          const double *documents) {
  uint32_t set[K_MOST] = {0, 1, 2};
  struct limen_layout best = *layout;
  best.query = NULL;
  do {
    double query[D_MOST], other[D_MOST], own = NAN, most = NAN;
    assert_int_equal(limen_layout_query(layout, placing, documents, set, query, &own, NULL),
                     LIMEN_OK);
    assert_int_equal(limen_layout_query(&best, placing, documents, set, other, &most, NULL),
                     LIMEN_OK);
    if (layout->every && !(own > 1e-13))
      fail_msg("%s: k = %zu, d = %zu, n = %zu, set %u: gap %g", layout->name, placing->k,
               placing->d, placing->n, set[0], own);
    if (own > 1e-9 && !(own <= most * (1 + 1e-6)))
      fail_msg("%s: k = %zu, d = %zu, n = %zu: gap %g, best %g", layout->name, placing->k,
               placing->d, placing->n, own, most);
  } while (advance(set, placing->k, placing->n));
}

static void documents_are_what_they_are(void **state) {
  (void)state;
  each(check_documents);
}

static void every_set_has_the_query_it_is_promised(void **state) {
  (void)state;
  each(check_queries);
}

/* What is known of each by other means. */

static void the_simplex_has_the_published_gap(void **state) {
  (void)state;
  const struct limen_layout *simplex = limen_layout_find("simplex");
  for (size_t k = 1; k <= 3; k++) {
    const double n = 8;
    const struct limen_placing placing = {8, 7, k, 0, NULL};
    double documents[8 * 7], query[7], gap;
    const uint32_t set[] = {1, 4, 6};
    assert_int_equal(limen_layout_documents(simplex, &placing, documents, NULL), LIMEN_OK);
    assert_int_equal(limen_layout_query(simplex, &placing, documents, set, query, &gap, NULL),
                     LIMEN_OK);
    assert_true(fabs(gap - n / sqrt((double)k * (n - 1) * (n - (double)k))) < 1e-13);
  }
  assert_int_equal(simplex->most(7, 2), 8);
}

/* 133.7 / n^4 for its own query, which stands in the middle of two documents two steps apart. */
static void the_trigonometric_curve_has_the_known_gap(void **state) {
  (void)state;
  const struct limen_layout *curve = limen_layout_find("trigonometric");
  const struct limen_placing placing = {46, 4, 2, 0, NULL};
  double documents[46 * 4], query[4], worst = INFINITY;
  assert_int_equal(limen_layout_documents(curve, &placing, documents, NULL), LIMEN_OK);
  for (uint32_t s = 1; s < 46; s++) {
    double gap;
    const uint32_t set[] = {0, s};
    assert_int_equal(limen_layout_query(curve, &placing, documents, set, query, &gap, NULL),
                     LIMEN_OK);
    worst = fmin(worst, gap);
  }
  assert_true(fabs(worst * pow(46, 4) - 133.7) < 1.5);
}

static void centroids_serve_many_gaussian_documents(void **state) {
  (void)state;
  const struct limen_layout *gaussian = limen_layout_find("gaussian_centroids");
  const struct limen_placing placing = {20, 200, 2, 3, NULL};
  double *documents = limen_alloc(20 * 200, sizeof *documents, NULL), query[200];
  assert_int_equal(limen_layout_documents(gaussian, &placing, documents, NULL), LIMEN_OK);
  for (uint32_t i = 0; i < 20; i++)
    for (uint32_t j = i + 1; j < 20; j++) {
      double gap;
      const uint32_t set[] = {i, j};
      assert_int_equal(limen_layout_query(gaussian, &placing, documents, set, query, &gap, NULL),
                       LIMEN_OK);
      assert_true(gap > 0.1);
    }
  limen_free(documents);
}

/* ---- refusals ---- */

static void expect_refusal(const char *name, struct limen_placing placing, const char *words) {
  double documents[N_MOST * D_MOST];
  struct limen_error error = {0};
  assert_int_equal(limen_layout_documents(limen_layout_find(name), &placing, documents, &error),
                   LIMEN_INPUT);
  assert_string_equal(error.text, words);
}

static void what_there_is_not_is_refused(void **state) {
  (void)state;
  struct limen_torus frame;
  frame_of(9, 4, &frame);
  expect_refusal("simplex", (struct limen_placing){9, 7, 2, 0, NULL},
                 "simplex has at most 8 documents for k = 2 in 7 dimensions, not 9");
  expect_refusal("moment_curve", (struct limen_placing){9, 3, 2, 0, NULL},
                 "moment_curve has at most 0 documents for k = 2 in 3 dimensions, not 9");
  expect_refusal("random_unit", (struct limen_placing){3, 3, 3, 0, NULL},
                 "random_unit: queries want 3 of 3 documents; they want at least 1 and not all");
  expect_refusal("trigonometric", (struct limen_placing){9, 5, 2, 0, NULL},
                 "9 documents have no trigonometric moment curve in 5 dimensions: there must be "
                 "more of them than dimensions, and an even number where that of dimensions is "
                 "odd");
  expect_refusal("harmonic", (struct limen_placing){9, 4, 2, 0, NULL},
                 "harmonic: no frequencies are given");
  expect_refusal("harmonic", (struct limen_placing){10, 4, 2, 0, &frame},
                 "harmonic: a frame of 9 documents in 4 dimensions is given for 10 in 4");
  frame.frequency[1] = 5;
  expect_refusal("harmonic", (struct limen_placing){9, 4, 2, 0, &frame},
                 "frequency 5 of a harmonic frame of 9 documents is not in 1 .. 4");
}

static void the_table_names_them(void **state) {
  (void)state;
  size_t count = 0;
  for (; limen_layout_at(count); count++) {
    const struct limen_layout *layout = limen_layout_at(count);
    assert_ptr_equal(limen_layout_find(layout->name), layout);
    assert_string_equal(limen_layout_name(count), layout->name);
    assert_true(layout->about && *layout->about);
  }
  assert_int_equal(count, 6);
  assert_null(limen_layout_name(count));
  assert_null(limen_layout_find("cube"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(documents_are_what_they_are),
      cmocka_unit_test(every_set_has_the_query_it_is_promised),
      cmocka_unit_test(the_simplex_has_the_published_gap),
      cmocka_unit_test(the_trigonometric_curve_has_the_known_gap),
      cmocka_unit_test(centroids_serve_many_gaussian_documents),
      cmocka_unit_test(what_there_is_not_is_refused),
      cmocka_unit_test(the_table_names_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
