//! Agents that are small shell scripts, for what no well-behaved agent does.

/// An agent that speaks the Agent Client Protocol, can't load sessions, and does this with each prompt: `$line` is the
/// request, and the turn ends well after it.
pub fn acp(on_prompt: &str) -> String {
    format!(
        r#"while IFS= read -r line; do
            id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
            case "$line" in
                *'"method":"initialize"'*)
                    echo '{{"jsonrpc":"2.0","id":'"$id"',"result":{{"protocolVersion":1,"agentCapabilities":{{}}}}}}' ;;
                *'"method":"session/new"'*)
                    echo '{{"jsonrpc":"2.0","id":'"$id"',"result":{{"sessionId":"s"}}}}' ;;
                *'"method":"session/prompt"'*)
                    {on_prompt}
                    echo '{{"jsonrpc":"2.0","id":'"$id"',"result":{{"stopReason":"end_turn"}}}}' ;;
            esac
        done"#
    )
}
