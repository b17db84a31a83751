/* Which addresses are not the public internet: IANA's special purpose registries, whole. */
#include "core/base.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "core/http_loop.h"
#include "core/str.h"

struct block {
	uint8_t head[6];
	uint8_t bits;
	const char *what;
};

/* https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast. */
static const struct block v4[] = {
	{ { 0 }, 8, "this network" },
	{ { 10 }, 8, "private" },
	{ { 100, 64 }, 10, "shared (carrier NAT)" },
	{ { 127 }, 8, "loopback" },
	{ { 169, 254 }, 16, "link-local" },
	{ { 172, 16 }, 12, "private" },
	{ { 192, 0, 0 }, 24, "IETF protocols" },
	{ { 192, 0, 2 }, 24, "documentation" },
	{ { 192, 31, 196 }, 24, "AS112" },
	{ { 192, 52, 193 }, 24, "AMT relay" },
	{ { 192, 88, 99 }, 24, "6to4 relay" },
	{ { 192, 168 }, 16, "private" },
	{ { 192, 175, 48 }, 24, "AS112" },
	{ { 198, 18 }, 15, "benchmarking" },
	{ { 198, 51, 100 }, 24, "documentation" },
	{ { 203, 0, 113 }, 24, "documentation" },
	{ { 224 }, 4, "multicast" },
	{ { 240 }, 4, "reserved" },
};

/* https://www.iana.org/assignments/iana-ipv6-special-registry. Only 2000::/3 is global unicast
 * at all: the last three rows are the rest. */
static const struct block v6[] = {
	{ { 0x20, 0x01, 0x00 }, 23, "IETF protocols (Teredo, ORCHID)" },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32, "documentation" },
	{ { 0x20, 0x02 }, 16, "6to4" },
	{ { 0x26, 0x20, 0x00, 0x4f, 0x80, 0x00 }, 48, "AS112" },
	{ { 0x3f, 0xff, 0x00 }, 20, "documentation" },
	{ { 0xfc }, 7, "private" },
	{ { 0xfe, 0x80 }, 10, "link-local" },
	{ { 0xff }, 8, "multicast" },
	{ { 0x00 }, 3, "not global" },
	{ { 0x40 }, 2, "not global" },
	{ { 0x80 }, 1, "not global" },
};

static bool
within(const uint8_t *address, const struct block *b)
{
	size_t whole = b->bits / 8;
	uint8_t mask = (uint8_t)(0xff00 >> b->bits % 8);

	if (memcmp(address, b->head, whole) != 0)
		return false;
	return mask == 0 || ((address[whole] ^ b->head[whole]) & mask) == 0;
}

static const char *
find(const uint8_t *address, const struct block *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (within(address, &rows[i]))
			return rows[i].what;
	return NULL;
}

const uint8_t *
http_address_v4(const uint8_t *address, size_t n)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

	if (n == 4)
		return address;
	if (n == 16 && (memcmp(address, mapped, 12) == 0 || memcmp(address, nat64, 12) == 0))
		return address + 12;
	return NULL;
}

const char *
http_address_block(const uint8_t *address, size_t n)
{
	const uint8_t *four = http_address_v4(address, n);

	if (four)
		return find(four, v4, LY_COUNT(v4));
	return n == 16 ? find(address, v6, LY_COUNT(v6)) : "no address";
}

bool
http_address_private(const uint8_t *address, size_t n)
{
	return http_address_block(address, n) != NULL;
}

static bool
is_listed(struct str allow, const char *address, int port)
{
	struct str row;
	char want[80];

	snprintf(want, sizeof want, strchr(address, ':') ? "[%s]:%d" : "%s:%d", address, port);
	while (str_next(&allow, '\n', &row))
		if (str_is(row, "*") || str_is(row, want))
			return true;
	return false;
}

bool
http_guard(struct str allow, const uint8_t *address, size_t n, int port, char *why,
	   size_t why_size)
{
	const uint8_t *four = http_address_v4(address, n);
	const char *block = http_address_block(address, n);
	char text[INET6_ADDRSTRLEN] = "?";

	if (!block)
		return true;
	inet_ntop(four ? AF_INET : AF_INET6, four ? four : address, text, sizeof text);
	if (is_listed(allow, text, port))
		return true;
	snprintf(why, why_size, "%s is not allowed (%s)", text, block);
	return false;
}
