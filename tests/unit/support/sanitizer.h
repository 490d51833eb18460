// Whether this is a sanitizer's build: GCC and clang tell it in different ways.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SRIOV_HAS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SRIOV_HAS_SANITIZER 1
#endif
#ifndef SRIOV_HAS_SANITIZER
#define SRIOV_HAS_SANITIZER 0
#endif
