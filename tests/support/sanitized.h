/*
 * sanitized.h - is this a sanitizer's build, or does it run under valgrind?
 *
 * A figure of time or memory means nothing there: SANITIZED is true.
 */
#ifndef LY_SUPPORT_SANITIZED_H
#define LY_SUPPORT_SANITIZED_H

#if defined(__has_feature)
#define LY_HAS(feature) __has_feature(feature)
#else
#define LY_HAS(feature) 0
#endif
#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
	LY_HAS(address_sanitizer) || LY_HAS(thread_sanitizer)
#define SANITIZED true
#elif defined(RUNNING_ON_VALGRIND)
#define SANITIZED (RUNNING_ON_VALGRIND != 0)
#else
#define SANITIZED false
#endif

#endif
