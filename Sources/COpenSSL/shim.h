#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

// The names of parameters. OSSL_PARAM keeps pointers to them, and Swift strings would not live long enough.
static inline const char *openssl_kdf_digest(void) { return OSSL_KDF_PARAM_DIGEST; }
static inline const char *openssl_kdf_key(void) { return OSSL_KDF_PARAM_KEY; }
static inline const char *openssl_kdf_info(void) { return OSSL_KDF_PARAM_INFO; }
static inline const char *openssl_kdf_salt(void) { return OSSL_KDF_PARAM_SALT; }
static inline const char *openssl_mac_digest(void) { return OSSL_MAC_PARAM_DIGEST; }
