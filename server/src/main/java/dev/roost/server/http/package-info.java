/** What every Engine.IO request goes through, whatever the transport: query, checks, origin, headers. */
@NullMarked
package dev.roost.server.http;

import org.jspecify.annotations.NullMarked;
