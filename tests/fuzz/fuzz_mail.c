/* fuzz: core/smtp.c */
#include "core/base.h"

#include "core/smtp.h"
#include "core/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool
is_ours(struct str line)
{
	static const char *const names[] = {
		"Date: ",
		"From: ",
		"To: ",
		"Subject: ",
		"Message-ID:",
		"In-Reply-To:",
		"References:",
		"List-Id: ",
		"List-Unsubscribe:",
		"List-Unsubscribe-Post: ",
		"Auto-Submitted: ",
		"MIME-Version: ",
		"Content-Type: ",
		"Content-Transfer-Encoding: ",
		" ",
	};

	for (size_t i = 0; i < LY_COUNT(names); i++)
		if (str_starts(line, str_of(names[i])))
			return true;
	return false;
}

/* Fields by zero bytes. Every line of the head was begun by us, every line ends in CRLF, is
 * ASCII and at most 998 bytes. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str rest = { (const char *)p, n }, line, f[7] = { { NULL, 0 } };
	struct mail m = { 0 };
	struct buf out = BUF(1 << 20);
	struct err e = { 0 };
	bool head = true;

	for (size_t i = 0; i < LY_COUNT(f); i++)
		if (!str_next(&rest, '\0', &f[i]))
			break;
	m.from = f[0];
	m.to = f[1];
	m.subject = f[2];
	m.key = f[3];
	m.thread = f[4];
	m.unsubscribe = f[5];
	m.text = f[6];
	m.html = rest;
	if (mail_render(&m, &out, &e) == 0) {
		rest = buf_str(&out);
		if (!str_ends(rest, STR("\r\n")))
			abort();
		while (str_next(&rest, '\n', &line)) {
			if (line.n > 998 || !str_ends(line, STR("\r")))
				abort();
			line.n--;
			if (head && line.n && !is_ours(line))
				abort();
			head = head && line.n;
			for (size_t i = 0; i < line.n; i++)
				if ((unsigned char)line.p[i] < 0x20 ||
				    (unsigned char)line.p[i] >= 0x7f)
					abort();
		}
	}
	buf_release(&out);
	return 0;
}
