/* Harmonic frames against plain sums in long double, and proofs against every set there is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"
#include "limits/arithmetic.h"
#include "limits/harmonic_extremes.h"
#include "limits/harmonic_scan.h"

enum { FREQUENCIES_MOST = 64 };

static struct limen_harmonic frame_of(uint64_t n, size_t count, const uint64_t *frequency) {
  struct limen_harmonic frame;
  struct limen_error error = {0};
  int status = limen_harmonic_init(&frame, n, count, frequency, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return frame;
}

static struct limen_harmonic random_frame(uint64_t n, size_t count, uint64_t seed) {
  uint64_t frequency[FREQUENCIES_MOST];
  gsl_rng *rng = limen_rng_alloc(seed, "test frequencies", NULL);
  for (size_t j = 0; j < count; j++) frequency[j] = gsl_rng_get(rng) % n;
  limen_rng_free(rng);
  return frame_of(n, count, frequency);
}

/* c_l in long double: the residue by repeated addition modulo n, so that nothing is shared. */
static long double plain(const struct limen_harmonic *frame, uint64_t l) {
  long double sum = 0;
  for (size_t j = 0; j < frame->count; j++) {
    uint64_t residue = 0, add = frame->frequency[j] % frame->n;
    for (uint64_t bits = l; bits > 0; bits >>= 1, add = add * 2 % frame->n)
      if (bits & 1) residue = (residue + add) % frame->n;
    sum += cosl(2 * acosl(-1) * (long double)residue / (long double)frame->n);
  }
  return sum / (long double)frame->count;
}

/* ---- inner products ---- */

static void check_errors(uint64_t n, size_t count, uint64_t seed) {
  struct limen_harmonic frame = random_frame(n, count, seed);
  gsl_rng *rng = limen_rng_alloc(seed, "differences", NULL);
  const double bound = limen_harmonic_gram_error(&frame);
  const double rough_bound = limen_harmonic_rough_error(&frame);
  double worst = 0;
  for (size_t i = 0; i < 300; i++) {
    const uint64_t l = i == 0 ? frame.half : gsl_rng_get(rng) % (frame.half + 1);
    const long double exact = plain(&frame, l);
    const double rough = (double)limen_harmonic_rough(&frame, l) / (double)count;
    assert_true(fabsl((long double)limen_harmonic_gram(&frame, l) - exact) <= bound);
    assert_true(limen_harmonic_gram(&frame, l) == limen_harmonic_gram(&frame, n - l) || l == 0 ||
                fabs(limen_harmonic_gram(&frame, l) - limen_harmonic_gram(&frame, n - l)) <= bound);
    worst = fmax(worst, fabs(rough - (double)exact));
  }
  assert_true(worst <= rough_bound);
  assert_true(worst >= rough_bound / 1e4); /* it bounds what is there */
  assert_true(rough_bound < 1e-4 && bound < 1e-13);
  limen_rng_free(rng);
  limen_harmonic_clear(&frame);
}

static void test_inner_products(void **state) {
  (void)state;
  check_errors(10007, 20, 1);
  check_errors(10000019, 60, 2);
  check_errors(100000000003, 16, 3); /* products of residues beyond 64 bits */
}

static void test_rows(void **state) {
  (void)state;
  enum { N = 211, K = 5 };
  float rows[N * 2 * K], one[2 * K];
  struct limen_harmonic frame = random_frame(N, K, 4);
  assert_int_equal(limen_harmonic_rows(&frame, 0, N, rows, NULL), LIMEN_OK);
  for (size_t i = 0; i < N; i++) {
    for (size_t j = 0; j < K; j++) {
      const double angle = 2 * acos(-1) * (double)(frame.frequency[j] * i % N) / N;
      assert_true(fabs((double)rows[i * 2 * K + j] - cos(angle) / sqrt(K)) < 1e-7);
      assert_true(fabs((double)rows[i * 2 * K + K + j] - sin(angle) / sqrt(K)) < 1e-7);
    }
    assert_int_equal(limen_harmonic_rows(&frame, i, 1, one, NULL), LIMEN_OK);
    for (size_t c = 0; c < 2 * K; c++) assert_true(fabsf(one[c] - rows[i * 2 * K + c]) < 2e-7f);
  }
  limen_harmonic_clear(&frame);
}

/* ---- the pass ---- */

static void test_extremes(void **state) {
  (void)state;
  const uint64_t orders[] = {3, 5, 101, 10007, 200003};
  for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
    for (size_t workers = 1; workers <= 2; workers++) {
      struct limen_harmonic frame = random_frame(orders[i], 48, 5);
      struct limen_extremes found;
      double highest = -1, lowest = 1;
      bool fails = true;
      for (uint64_t l = 1; l <= frame.half; l++) {
        highest = fmax(highest, limen_harmonic_gram(&frame, l));
        lowest = fmin(lowest, limen_harmonic_gram(&frame, l));
      }
      /* A k of 1 fails for none, as no two coincide. */
      assert_int_equal(limen_extremes_find(&frame, 1, 0, workers, &found, &fails, NULL), LIMEN_OK);
      assert_false(fails);
      assert_true(found.high[0].value == highest);
      assert_true(found.low[0].value == lowest);
      assert_true(limen_harmonic_gram(&frame, found.high[0].l) == highest);
      limen_harmonic_clear(&frame);
    }
}

/* Every l that lies outside is seen once, whatever the bounds. */
struct seen {
  const struct limen_harmonic *frame;
  struct limen_harmonic_bounds bounds;
  unsigned char *count;
};
static bool seen_bounds(void *context, struct limen_harmonic_bounds *out) {
  *out = ((struct seen *)context)->bounds;
  return true;
}
static void seen_see(void *context, size_t chunk, uint64_t l, double rough) {
  struct seen *seen = context;
  assert_true(chunk < limen_harmonic_chunks(seen->frame));
  assert_true(l >= 1 && l <= seen->frame->half);
  assert_true(fabs(rough - limen_harmonic_gram(seen->frame, l)) <=
              limen_harmonic_rough_error(seen->frame));
  seen->count[l]++;
}

static void test_scan(void **state) {
  (void)state;
  struct limen_harmonic frame = random_frame(40009, 24, 6);
  struct seen seen = {&frame, {0.25, -0.3}, limen_alloc(frame.half + 1, 1, NULL)};
  const struct limen_harmonic_visitor visitor = {&seen, seen_bounds, seen_see};
  size_t outside = 0;
  assert_int_equal(limen_harmonic_scan(&frame, 1, &visitor, NULL), LIMEN_OK);
  for (uint64_t l = 1; l <= frame.half; l++) {
    const double value = limen_harmonic_gram(&frame, l);
    const bool out = value > 0.25 || value < -0.3;
    outside += out;
    assert_true(seen.count[l] == 1 || (!out && seen.count[l] == 0));
  }
  assert_in_range(outside, 100, 10000);
  limen_free(seen.count);
  limen_harmonic_clear(&frame);
}

/* ---- proofs ---- */

/* The smallest lead of any set of k that has document 0 as the member that is looked at: turning
 * the circle takes every set there. By plain sums. */
static double smallest_lead(const struct limen_harmonic *frame, size_t k) {
  const uint64_t n = frame->n;
  double c[512], least = INFINITY;
  for (uint64_t l = 0; l < n; l++) c[l] = (double)plain(frame, l);
  for (uint64_t y = 1; y < (k > 1 ? n : 2); y++)
    for (uint64_t z = y + 1; z < (k > 2 ? n : y + 2); z++)
      for (uint64_t l = 1; l < n; l++) {
        if ((k > 1 && l == y) || (k > 2 && l == z)) continue;
        double member = 1, other = c[l];
        if (k > 1) member += c[y], other += c[l > y ? l - y : y - l];
        if (k > 2) member += c[z], other += c[l > z ? l - z : z - l];
        least = fmin(least, member - other);
      }
  return least;
}

static struct limen_harmonic_proof prove(const struct limen_harmonic *frame, size_t k,
                                         double rounding, size_t workers) {
  struct limen_harmonic_proof proof;
  assert_int_equal(limen_harmonic_prove(frame, k, rounding, workers, &proof, NULL), LIMEN_OK);
  return proof;
}

/* What holds is true of every set; for k up to 2 what is true holds, and its lead is told. */
static void check_proofs(size_t k, size_t least_count, size_t most_count, size_t rounds) {
  size_t holds = 0, fails = 0, close = 0;
  for (size_t round = 0; round < rounds; round++) {
    const size_t count = least_count + round % (most_count - least_count + 1);
    struct limen_harmonic frame = random_frame(k < 3 ? 151 : 41, count, 100 + round);
    const double rounding = 0.002;
    const struct limen_harmonic_proof proof = prove(&frame, k, rounding, 1);
    const double lead = smallest_lead(&frame, k);
    if (proof.verdict == LIMEN_HARMONIC_HOLDS) {
      holds++;
      close += proof.pairs > 0;
      assert_true(lead >= proof.lead - proof.error);
      assert_true(proof.lead - proof.error > proof.rounding);
      assert_true(proof.rounding == 2 * proof.query * rounding);
      /* Up to twice what is asked for, a lead of k = 2 is told as it is. */
      if (k == 2 && proof.pairs > 0)
        assert_true(fabs(proof.lead - fmin(lead, 2 * (proof.rounding + proof.error))) < 1e-12);
    } else {
      fails++;
      assert_int_equal(proof.verdict, LIMEN_HARMONIC_FAILS);
      if (k < 3) assert_true(lead <= 2 * sqrt(2 * (double)k) * rounding + 1e-12);
    }
    assert_int_equal(prove(&frame, k, rounding, 2).verdict, proof.verdict);
    limen_harmonic_clear(&frame);
  }
  assert_true(holds > 3 && fails > 3);
  if (k > 1) assert_true(close > 3);
}

static void test_proofs(void **state) {
  (void)state;
  check_proofs(1, 1, 3, 30);
  check_proofs(2, 8, 24, 34);
  check_proofs(3, 16, 60, 45);
}

/* A frame whose frequencies share a divisor with n has documents twice. */
static void test_coinciding_documents(void **state) {
  (void)state;
  const uint64_t frequency[] = {3, 6, 12, 9}, zeros[] = {0, 0};
  struct limen_harmonic frame = frame_of(21, 4, frequency), none = frame_of(11, 2, zeros);
  assert_int_equal(prove(&frame, 1, 0, 1).verdict, LIMEN_HARMONIC_FAILS);
  assert_int_equal(prove(&none, 1, 0, 1).verdict, LIMEN_HARMONIC_FAILS);
  limen_harmonic_clear(&frame);
  limen_harmonic_clear(&none);
}

/* ---- formats ---- */

static void test_rounding(void **state) {
  (void)state;
  enum { N = 211, K = 21 };
  static float rows[N * 2 * K];
  struct limen_harmonic frame = random_frame(N, K, 8);
  assert_int_equal(limen_harmonic_rows(&frame, 0, N, rows, NULL), LIMEN_OK);
  for (size_t f = 0; limen_harmonic_format_name(f); f++) {
    const char *format = limen_harmonic_format_name(f);
    const struct limen_quantiser *quantiser = limen_quantiser_find(format);
    const double bound = limen_harmonic_rounding(format, 2 * K);
    double worst = 0;
    assert_non_null(quantiser);
    for (size_t i = 0; i < N; i++) {
      double row[2 * K], stored[2 * K], square = 0;
      for (size_t c = 0; c < 2 * K; c++) row[c] = (double)rows[i * 2 * K + c];
      quantiser->round(2 * K, row, stored);
      for (size_t c = 0; c < 2 * K; c++) square += (stored[c] - row[c]) * (stored[c] - row[c]);
      worst = fmax(worst, sqrt(square));
    }
    assert_true(worst <= bound);
    if (strcmp(format, "float32") != 0) assert_true(worst > bound / 4);
    assert_int_equal(limen_harmonic_document_bytes(format, 2 * K),
                     (quantiser->bits * 2 * K + quantiser->vector_bits) / 8);
  }
  assert_true(isnan(limen_harmonic_rounding("int3", 8)));
  assert_int_equal(limen_harmonic_document_bytes("int3", 8), 0);
  limen_harmonic_clear(&frame);
}

/* ---- refusals ---- */

static void refuse(uint64_t n, size_t count, const uint64_t *frequency, const char *words) {
  struct limen_harmonic frame;
  struct limen_error error = {0};
  assert_int_equal(limen_harmonic_init(&frame, n, count, frequency, &error), LIMEN_NO);
  if (!strstr(error.text, words)) assert_string_equal(error.text, words);
}

static void test_refusals(void **state) {
  (void)state;
  const uint64_t frequency[] = {1, 11, 5};
  struct limen_harmonic frame = frame_of(13, 3, frequency);
  struct limen_harmonic_proof proof;
  struct limen_error error = {0};
  refuse(12, 3, frequency,
         "a harmonic frame of 12 documents is none that can be proved: their number is odd, from "
         "3 to 2^40");
  refuse(1, 3, frequency, "from 3 to 2^40");
  refuse((UINT64_C(1) << 40) + 1, 3, frequency, "from 3 to 2^40");
  refuse(11, 3, frequency, "frequency 1 is 11, but there are 11 documents");
  refuse(13, 0, frequency, "a harmonic frame has from 1 to 4096 frequencies, not 0");
  refuse(13, 4097, frequency, "a harmonic frame has from 1 to 4096 frequencies, not 4097");
  static uint64_t ones[4096];
  for (size_t j = 0; j < 4096; j++) ones[j] = 1;
  refuse(
      (UINT64_C(1) << 40) - 1, 4096, ones,
      "a harmonic frame of 1099511627775 documents in 8192 dimensions takes 51539607552 bytes to "
      "prove, more than the 4294967296 that are given to one");
  for (size_t k = 0; k < 20; k += 13) {
    assert_int_equal(limen_harmonic_prove(&frame, k, 0, 1, &proof, &error), LIMEN_NO);
    assert_non_null(strstr(error.text, "members of a set are from 1 to 16 here"));
  }
  limen_interrupt_set(true);
  assert_int_equal(limen_harmonic_prove(&frame, 2, 0, 1, &proof, &error), LIMEN_INTERRUPTED);
  limen_interrupt_set(false);
  limen_harmonic_clear(&frame);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_inner_products), cmocka_unit_test(test_rows),
      cmocka_unit_test(test_extremes),       cmocka_unit_test(test_scan),
      cmocka_unit_test(test_proofs),         cmocka_unit_test(test_coinciding_documents),
      cmocka_unit_test(test_rounding),       cmocka_unit_test(test_refusals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
