"""A mail server for test_smtp: says its port, then one line per message as Python reads it."""
import asyncio
import email
import email.policy
import sys

try:
    from aiosmtpd.smtp import SMTP, AuthResult
except ImportError:
    sys.exit(77)  # the test says that it was skipped


def out(*words):
    print(*words, flush=True)


class Sink:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such person here"
        if address.startswith("later@"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("cut@"):
            server.transport.abort()
            return "250 never said"
        m = email.message_from_bytes(envelope.content, policy=email.policy.default)
        names = ",".join(m.keys())
        login = getattr(session, "auth_data", None)
        out(f"envelope={envelope.mail_from}>{','.join(envelope.rcpt_tos)} login={login}")
        out(f"headers={names}")
        for name in ("from", "to", "subject", "message-id", "in-reply-to", "references", "date"):
            out(f"{name}={m[name]}")
        for kind in ("plain", "html"):
            part = m.get_body((kind,))
            text = part.get_content().replace("\r\n", "\n") if part else None
            out(f"{kind}={text!r}" if part else f"{kind}=none")
        out(f"defects={m.defects + [d for p in m.walk() for d in p.defects]}")
        out("end")
        return "250 2.0.0 taken"


def check_login(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"desk", b"secret")
    return AuthResult(success=good, handled=False, auth_data=data.login.decode())


async def main():
    loop = asyncio.get_running_loop()

    def make():
        return SMTP(Sink(), authenticator=check_login, auth_require_tls=False)

    server = await loop.create_server(make, "127.0.0.1", 0)
    out(f"port={server.sockets[0].getsockname()[1]}")
    # When the test goes away, so do we.
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
