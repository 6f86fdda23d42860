#include "gate/values.h"

#include <limits.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "store/packing.h"

enum {
  DENOMINATOR_MOST = 5040, /* 7!: means over up to ten variants of hits of 10 have one below it */
  VALUES_MOST = 1 << 27,   /* a hundred builds of a million queries */
  /* Deflate packs no more than about a thousand to one. */
  PACKED_LEAST = 1100
};

static const char ratio[] = "ratio", float32[] = "float32";

/* ---- numbers as bytes, the lowest byte first ---- */

static void put(uint32_t number, size_t width, unsigned char *out) {
  for (size_t i = 0; i < width; i++) out[i] = (unsigned char)(number >> (8 * i));
}

static uint32_t get(const unsigned char *bytes, size_t width) {
  uint32_t number = 0;
  for (size_t i = 0; i < width; i++) number |= (uint32_t)bytes[i] << (8 * i);
  return number;
}

/* Whether every value is, to the last bit, a whole number over `denominator`. */
static bool are_over(const double *values, size_t n, unsigned denominator) {
  for (size_t i = 0; i < n; i++) {
    const double numerator = rint(values[i] * denominator);
    if (!(numerator >= 0 && numerator <= UINT16_MAX) || numerator / denominator != values[i])
      return false;
  }
  return true;
}

/* The smallest denominator of all values; 0: there is none. */
static unsigned denominator_of(const double *values, size_t n) {
  for (unsigned d = 1; d <= DENOMINATOR_MOST; d++)
    if (are_over(values, n, d)) return d;
  return 0;
}

static void encode(const double *values, size_t n, unsigned denominator, unsigned char *out) {
  for (size_t i = 0; i < n; i++) {
    if (denominator > 0) {
      put((uint32_t)rint(values[i] * denominator), 2, out + 2 * i);
    } else {
      const float value = (float)values[i];
      uint32_t bits;
      memcpy(&bits, &value, sizeof bits);
      put(bits, 4, out + 4 * i);
    }
  }
}

static int decode(const unsigned char *bytes, size_t n, unsigned denominator, double *out,
                  struct limen_error *error) {
  for (size_t i = 0; i < n; i++) {
    if (denominator > 0) {
      out[i] = (double)get(bytes + 2 * i, 2) / denominator;
    } else {
      const uint32_t bits = get(bytes + 4 * i, 4);
      float value;
      memcpy(&value, &bits, sizeof value);
      out[i] = (double)value;
    }
    if (!isfinite(out[i]))
      return LIMEN_FAIL(error, LIMEN_INPUT, "value %zu of %zu is not finite", i + 1, n);
  }
  return LIMEN_OK;
}

/* ---- bytes as text ---- */

static char *to_base64(const unsigned char *bytes, size_t count, struct limen_error *error) {
  if (count > INT_MAX / 2) {
    LIMEN_FAIL(error, LIMEN_FAILED, "%zu bytes are more than a baseline can hold", count);
    return NULL;
  }
  char *text = limen_alloc((count + 2) / 3 * 4 + 1, 1, error);
  if (text) EVP_EncodeBlock((unsigned char *)text, bytes, (int)count);
  return text;
}

/* *count is what the text holds. */
static int from_base64(const char *text, size_t length, unsigned char **bytes, size_t *count,
                       struct limen_error *error) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t good = strspn(text, alphabet), padding = length - good;
  if (length == 0 || length % 4 != 0 || length > INT_MAX || padding > 2 ||
      strspn(text + good, "=") != padding)
    return LIMEN_FAIL(error, LIMEN_INPUT, "\"base64\" is not base64 from byte %zu on", good);
  if (!(*bytes = limen_alloc(length / 4 * 3, 1, error))) return LIMEN_FAILED;
  if (EVP_DecodeBlock(*bytes, (const unsigned char *)text, (int)length) < 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "\"base64\" is not base64");
  *count = length / 4 * 3 - padding;
  return LIMEN_OK;
}

/* ---- both together ---- */

json_t *limen_values_to_json(const double *values, size_t builds, size_t queries,
                             struct limen_error *error) {
  const size_t n = builds * queries;
  const unsigned denominator = denominator_of(values, n);
  const size_t bytes = n * (denominator > 0 ? 2 : 4);
  void *packed = NULL;
  size_t length = 0;
  char *text = NULL;
  json_t *object = NULL;
  unsigned char *raw = limen_alloc(bytes, 1, error);
  if (!raw) return NULL;
  encode(values, n, denominator, raw);
  if (limen_pack(raw, bytes, &packed, &length, error) == LIMEN_OK)
    text = to_base64(packed ? packed : raw, packed ? length : bytes, error);
  if (text) {
    object =
        json_pack("{s:I, s:I, s:s, s:i, s:b, s:s}", "builds", (json_int_t)builds, "queries",
                  (json_int_t)queries, "as", denominator > 0 ? ratio : float32, "of",
                  denominator > 0 ? (int)denominator : 1, "packed", packed != NULL, "base64", text);
    if (!object) LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a baseline's values");
  }
  limen_free(raw);
  limen_free(packed);
  limen_free(text);
  return object;
}

struct head {
  json_int_t builds, queries, of;
  const char *as, *base64;
  size_t length; /* of base64 */
  int packed;
};

static int read_head(const json_t *object, struct head *head, struct limen_error *error) {
  json_error_t reason;
  int status =
      limen_json_unpack(object, &reason, error, "{s:I, s:I, s:s, s:I, s:b, s:s%}", "builds",
                        &head->builds, "queries", &head->queries, "as", &head->as, "of", &head->of,
                        "packed", &head->packed, "base64", &head->base64, &head->length);
  if (status == LIMEN_FAILED) return status;
  if (status != LIMEN_OK) return LIMEN_FAIL(error, LIMEN_INPUT, "%s", reason.text);
  if (head->builds < 1 || head->queries < 1 || head->builds > VALUES_MOST ||
      head->queries > VALUES_MOST / head->builds)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%lld builds of %lld queries cannot be",
                      (long long)head->builds, (long long)head->queries);
  if (strcmp(head->as, ratio) != 0 && strcmp(head->as, float32) != 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "\"as\" is \"%.40s\"; ratio or float32 is needed",
                      head->as);
  if (head->of < 1 || head->of > DENOMINATOR_MOST)
    return LIMEN_FAIL(error, LIMEN_INPUT, "\"of\" is %lld; 1 to %d is needed", (long long)head->of,
                      DENOMINATOR_MOST);
  return LIMEN_OK;
}

/* Gives `bytes` back unpacked, exactly `wanted` of them. */
static int unpack(unsigned char **bytes, size_t count, bool packed, size_t wanted,
                  struct limen_error *error) {
  void *out = NULL;
  if (!packed && count != wanted)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu bytes where the values take %zu", count, wanted);
  if (!packed) return LIMEN_OK;
  if (wanted / PACKED_LEAST > count)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu bytes cannot be %zu packed ones", count, wanted);
  int status = limen_unpack(*bytes, count, wanted, &out, error);
  if (status != LIMEN_OK) return status;
  limen_free(*bytes);
  *bytes = out;
  return LIMEN_OK;
}

int limen_values_from_json(const json_t *object, double **values, size_t *builds, size_t *queries,
                           struct limen_error *error) {
  struct head head;
  unsigned char *bytes = NULL;
  size_t count = 0;
  *values = NULL;
  int status = read_head(object, &head, error);
  if (status != LIMEN_OK) return status;
  const bool is_ratio = strcmp(head.as, ratio) == 0;
  const size_t n = (size_t)head.builds * (size_t)head.queries;
  status = from_base64(head.base64, head.length, &bytes, &count, error);
  if (status == LIMEN_OK)
    status = unpack(&bytes, count, head.packed, n * (is_ratio ? 2 : 4), error);
  if (status == LIMEN_OK && !(*values = limen_alloc(n, sizeof **values, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = decode(bytes, n, is_ratio ? (unsigned)head.of : 0, *values, error);
  limen_free(bytes);
  if (status != LIMEN_OK) {
    limen_free(*values);
    *values = NULL;
    return status;
  }
  *builds = (size_t)head.builds;
  *queries = (size_t)head.queries;
  return LIMEN_OK;
}
