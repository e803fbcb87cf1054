"""A bare python-telegram-bot bot: answers the press and edits the photo message. It keeps nothing."""

import asyncio
import os
import sys

import uvloop
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Update
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from benchmarks.telegram_side import FILE_ID

Context = ContextTypes.DEFAULT_TYPE


def keyboard(number: int) -> InlineKeyboardMarkup:
    labels = ["Cat", "Dog", "Bird", "Car", "Can't tell", "Picture broken", "Undo", "Stop"]
    buttons = [
        InlineKeyboardButton(label, callback_data=f"{number}:{place}") for place, label in enumerate(labels)
    ]
    return InlineKeyboardMarkup([buttons[at : at + 2] for at in range(0, 8, 2)])


async def begin(update: Update, _context: Context) -> None:
    assert update.message is not None
    await update.message.reply_photo(FILE_ID, caption="What is in the picture?", reply_markup=keyboard(0))


async def press(update: Update, _context: Context) -> None:
    query = update.callback_query
    assert query is not None
    number = int((query.data or "0:0").split(":")[0]) + 1
    media = InputMediaPhoto(FILE_ID, caption=f"What is in the picture? ({number})")
    await query.edit_message_media(media, reply_markup=keyboard(number))
    await query.answer("+¥0.05")


async def run(api: str, port: int) -> None:
    """The library's own webhook server answers before the work; here the update is handled before the 200."""
    application = (
        ApplicationBuilder().token("42:BENCH").base_url(f"{api}/bot").concurrent_updates(True).build()
    )
    application.add_handler(CommandHandler("start", begin))
    application.add_handler(CallbackQueryHandler(press))
    await application.initialize()

    async def hook(request: web.Request) -> web.Response:
        await application.process_update(Update.de_json(await request.json(), application.bot))
        return web.Response()

    site = web.Application()
    site.router.add_post("/hook", hook)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await application.bot.set_webhook(f"http://127.0.0.1:{port}/hook")
    await asyncio.sleep(float(os.environ.get("BENCH_SECONDS", "60")))


if __name__ == "__main__":
    uvloop.run(run(sys.argv[1], int(sys.argv[2])))
