package dev.roost.demo;

import dev.roost.core.namespace.EventRefused;
import org.jspecify.annotations.Nullable;

/** What may be a nickname, the name of a room, a message. Each method returns the text as it shall be used. */
final class ChatRules {
    static final int NICK_LENGTH = 24;
    static final int ROOM_LENGTH = 32;
    static final int MESSAGE_LENGTH = 2000;

    private ChatRules() {}

    static String nick(@Nullable String nick) {
        return name("A nickname", nick, NICK_LENGTH);
    }

    static String room(@Nullable String room) {
        return name("The name of a room", room, ROOM_LENGTH);
    }

    static String message(@Nullable String text) {
        String message = text == null ? "" : text.strip();
        if (message.isEmpty() || message.length() > MESSAGE_LENGTH) {
            throw new EventRefused("A message has 1 to " + MESSAGE_LENGTH + " characters.");
        }
        return message;
    }

    private static String name(String what, @Nullable String given, int length) {
        String name = given == null ? "" : given.strip();
        if (name.isEmpty() || name.codePointCount(0, name.length()) > length) {
            throw new EventRefused(what + " has 1 to " + length + " characters.");
        }
        if (!name.codePoints().allMatch(ChatRules::isVisible)) {
            throw new EventRefused(what + " cannot contain control characters.");
        }
        return name;
    }

    /** Says no to what would break a line or turn the text around it; emoji are joined by one of the exceptions. */
    private static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            case Character.FORMAT -> codePoint == 0x200C || codePoint == 0x200D;
            default -> true;
        };
    }
}
