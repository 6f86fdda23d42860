/* What the address sanitizer is told, where a build has it; nothing happens where it has not. */
#ifndef LIMEN_BASE_SANITIZER_H
#define LIMEN_BASE_SANITIZER_H

#include <stddef.h>

/* gcc says it with the first, clang with the second. */
#if defined(__SANITIZE_ADDRESS__)
#define LIMEN_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LIMEN_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef LIMEN_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

/* From now on, touching these bytes ends the program. */
static inline void limen_sanitizer_forbid(const void *bytes, size_t count) {
#ifdef LIMEN_ADDRESS_SANITIZER
  __asan_poison_memory_region(bytes, count);
#else
  (void)bytes, (void)count;
#endif
}

static inline void limen_sanitizer_allow(const void *bytes, size_t count) {
#ifdef LIMEN_ADDRESS_SANITIZER
  __asan_unpoison_memory_region(bytes, count);
#else
  (void)bytes, (void)count;
#endif
}

#endif
